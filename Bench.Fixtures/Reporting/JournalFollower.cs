using System.Text;
using System.Text.Json;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Reporting;

/// <summary>Reads a journal while another process appends to it: each call gives what happened since the last.</summary>
/// <param name="journalPath">The journal; it need not be there yet.</param>
/// <param name="offset">Where to begin, in bytes: after the lines of the runs before, when the run is resumed.</param>
public sealed class JournalFollower(string journalPath, long offset = 0)
{
    private static readonly byte[] FinishedMark = Encoding.UTF8.GetBytes($"\"event\":\"{JournalEvents.JobFinished}\"");
    private static readonly byte[] NoticeMark = Encoding.UTF8.GetBytes($"\"event\":\"{JournalEvents.Notice}\"");

    private long offset = offset;

    /// <summary>Finished jobs and notices of whole lines not seen before, in file order; empty when there are none, or no journal yet.</summary>
    public IReadOnlyList<JournalNews> ReadNew()
    {
        if (!File.Exists(journalPath))
        {
            return [];
        }

        using var stream = new FileStream(journalPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(offset, SeekOrigin.Begin);
        var bytes = new byte[Math.Max(0, stream.Length - offset)];
        var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var whole = bytes.AsSpan(0, count).LastIndexOf((byte)'\n') + 1;
        offset += whole;
        return NewsIn(bytes.AsSpan(0, whole));
    }

    private static List<JournalNews> NewsIn(ReadOnlySpan<byte> lines)
    {
        var news = new List<JournalNews>();
        foreach (var range in lines.Split((byte)'\n'))
        {
            // Whether a mark stands in some other field does not matter: only a line with the field that belongs to it gives news.
            var line = lines[range];
            if ((line.IndexOf(FinishedMark) >= 0 || line.IndexOf(NoticeMark) >= 0) && NewsOf(line) is { } one)
            {
                news.Add(one);
            }
        }

        return news;
    }

    private static JournalNews? NewsOf(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            return root.GetProperty("event").GetString() switch
            {
                JournalEvents.JobFinished => new JournalNews(RecordJson.Deserialize(Encoding.UTF8.GetBytes(root.GetProperty("record").GetRawText())), null),
                JournalEvents.Notice => new JournalNews(null, root.GetProperty("text").GetString()),
                _ => null,
            };
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException)
        {
            // A progress line is lost, not the record: collecting reads the file again and says what it could not read.
            return null;
        }
    }
}
