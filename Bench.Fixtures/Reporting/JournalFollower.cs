using System.Text;
using System.Text.Json;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Reporting;

/// <summary>Reads a journal while another process appends to it: each call gives the records that were finished since the last.</summary>
public sealed class JournalFollower(string journalPath)
{
    private static readonly byte[] FinishedMark = Encoding.UTF8.GetBytes($"\"event\":\"{JournalEvents.JobFinished}\"");

    private long offset;

    /// <summary>The records of whole lines not seen before, in the order in which jobs ended; empty when there are none, or no journal yet.</summary>
    public IReadOnlyList<JobRecord> ReadNew()
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
        return RecordsIn(bytes.AsSpan(0, whole));
    }

    private static List<JobRecord> RecordsIn(ReadOnlySpan<byte> lines)
    {
        var records = new List<JobRecord>();
        foreach (var range in lines.Split((byte)'\n'))
        {
            // Whether the mark stands in some other field does not matter: only a line with a record gives one.
            if (lines[range].IndexOf(FinishedMark) >= 0 && RecordOf(lines[range]) is { } record)
            {
                records.Add(record);
            }
        }

        return records;
    }

    private static JobRecord? RecordOf(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            using var document = JsonDocument.ParseValue(ref reader);
            return document.RootElement.TryGetProperty("record", out var record) ? RecordJson.Deserialize(Encoding.UTF8.GetBytes(record.GetRawText())) : null;
        }
        catch (JsonException)
        {
            // A progress line is lost, not the record: collecting reads the file again and says what it could not read.
            return null;
        }
    }
}
