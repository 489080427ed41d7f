using System.Text;
using System.Text.Json;
using Bench.Fixtures.Intake;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Reporting;

/// <summary>Reads a journal while another process appends to it: each call gives what happened since the last.</summary>
/// <param name="journalPath">The journal; it need not be there yet.</param>
/// <param name="offset">Where to begin, in bytes: after the lines of the runs before, when the run is resumed.</param>
public sealed class JournalFollower(string journalPath, long offset = 0)
{
    private static readonly byte[] FinishedMark = MarkOf(JournalEvents.JobFinished);
    private static readonly byte[] PausedMark = MarkOf(JournalEvents.ProviderPaused);
    private static readonly byte[] NoticeMark = MarkOf(JournalEvents.Notice);

    private long offset = offset;

    /// <summary>Finished jobs, paused providers and notices of whole lines not seen before, in order; empty when there are none, or no journal yet.</summary>
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
            // Whether a mark stands in some other field does not matter: only a line with its fields gives something.
            var line = lines[range];
            if (Read(line) is { } found)
            {
                news.Add(found);
            }
        }

        return news;
    }

    private static JournalNews? Read(ReadOnlySpan<byte> line) =>
        line.IndexOf(FinishedMark) >= 0 ? Read(line, RecordOf)
        : line.IndexOf(PausedMark) >= 0 ? Read(line, PauseOf)
        : line.IndexOf(NoticeMark) >= 0 ? Read(line, NoticeOf)
        : null;

    private static JournalNews? RecordOf(JsonElement line) =>
        line.TryGetProperty("record", out var record) ? new JournalNews
        {
            Record = RecordJson.Deserialize(Encoding.UTF8.GetBytes(record.GetRawText())),
            Row = line.TryGetProperty("row", out var row) ? row.GetString() : null,
        }
        : null;

    private static JournalNews? PauseOf(JsonElement line) =>
        line.TryGetProperty("provider", out var provider) && line.TryGetProperty("pause_ms", out var pause) && line.TryGetProperty("job_id", out var job)
            ? new JournalNews { Pause = new ProviderPause(provider.GetString()!, TimeSpan.FromMilliseconds(pause.GetDouble()), job.GetString()!) }
            : null;

    private static JournalNews? NoticeOf(JsonElement line) =>
        line.TryGetProperty("text", out var text) ? new JournalNews { Notice = text.GetString() } : null;

    private static JournalNews? Read(ReadOnlySpan<byte> line, Func<JsonElement, JournalNews?> newsOf)
    {
        try
        {
            using var document = OutsideJson.Parse(line.ToArray());
            return newsOf(document.RootElement);
        }
        catch (JsonException)
        {
            // A progress line is lost, not the record: collecting reads the file again and says what it could not read.
            return null;
        }
    }

    private static byte[] MarkOf(string name) => Encoding.UTF8.GetBytes($"\"event\":\"{name}\"");
}
