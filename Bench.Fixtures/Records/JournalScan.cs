using System.Text;
using System.Text.Json;
using Bench.Fixtures.Intake;
using Microsoft.Win32.SafeHandles;

namespace Bench.Fixtures.Records;

/// <summary>Everything that one pass over a journal found.</summary>
internal sealed class JournalScan<TSink>
    where TSink : IRecordSink<TSink>
{
    // A smaller journal is read before a second thread has started.
    private const long WorthCutting = 4 << 20;

    private JournalScan(TSink sink)
    {
        Sink = sink;
    }

    public TSink Sink { get; }

    public RecordIndex Index { get; } = new(new NameTable());

    public LatestStamp LatestEnd { get; } = new();

    public List<(long Offset, string Reason)> UnusableLines { get; } = [];

    /// <summary>The run was started more than once.</summary>
    public bool WasResumed { get; private set; }

    /// <summary>How the run ended; null when it did not end in an orderly way.</summary>
    public string? EndStatus { get; private set; }

    /// <summary>Offset of the last <c>run_started</c> line.</summary>
    public long LastRunStart { get; private set; } = -1;

    /// <summary>The result for a run without a journal.</summary>
    public static JournalScan<TSink> Empty(TSink sink) => new(sink);

    /// <summary>Reads the journal once, on as many threads as pay off.</summary>
    public static JournalScan<TSink> Run(string path, string? runId, HashSet<long> skippedOffsets, Func<TSink> createSink, CancellationToken cancellationToken)
    {
        using var journal = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, FileOptions.SequentialScan);
        var borders = JournalLines.Split(journal, Shares.Count(RandomAccess.GetLength(journal) >= WorthCutting));
        var parts = new JournalPart<TSink>[borders.Length - 1];
        Shares.Run(
            parts.Length,
            i =>
            {
                parts[i] = new JournalPart<TSink>(createSink(), runId, skippedOffsets);
                parts[i].Read(journal, borders[i], borders[i + 1], cancellationToken);
            },
            cancellationToken);

        var scan = new JournalScan<TSink>(parts[0].Sink);
        for (var i = 0; i < parts.Length; i++)
        {
            scan.Take(parts[i], isFirst: i == 0);
        }

        return scan;
    }

    private void Take(JournalPart<TSink> part, bool isFirst)
    {
        if (!isFirst)
        {
            Sink.Merge(part.Sink);
        }

        Index.AddAll(part.Index);
        LatestEnd.Merge(part.LatestEnd);
        UnusableLines.AddRange(part.UnusableLines);
        WasResumed |= part.RunStarts > (LastRunStart < 0 ? 1 : 0);
        LastRunStart = Math.Max(LastRunStart, part.LastRunStart);
        if (part.LastRunStart >= 0 && part.LastRunStart > part.LastRunEnd)
        {
            EndStatus = null;
        }
        else
        {
            EndStatus = part.EndStatus ?? EndStatus;
        }
    }
}

/// <summary>Small things that are read from a journal without going through its records.</summary>
internal static class JournalLines
{
    /// <summary>Offsets of line starts that cut the file into about equal parts; the first is 0, the last the file's length.</summary>
    public static long[] Split(SafeFileHandle journal, int parts)
    {
        var length = RandomAccess.GetLength(journal);
        List<long> borders = [0];
        for (var i = 1; i < parts; i++)
        {
            var border = NextLine(journal, Math.Max(borders[^1], length * i / parts), length);
            if (border > borders[^1] && border < length)
            {
                borders.Add(border);
            }
        }

        borders.Add(length);
        return [.. borders];
    }

    /// <summary>The numbers of the lines that begin at these offsets, from 1. Reads the file only when there are some.</summary>
    public static IReadOnlyDictionary<long, long> NumbersOf(string path, IEnumerable<long> offsets)
    {
        var numbers = new Dictionary<long, long>();
        var sorted = offsets.Distinct().Order().ToList();
        if (sorted.Count == 0)
        {
            return numbers;
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var buffer = new byte[1 << 16];
        var (at, line) = (0L, 1L);
        foreach (var offset in sorted)
        {
            while (at < offset && stream.Read(buffer, 0, (int)Math.Min(buffer.Length, offset - at)) is > 0 and var count)
            {
                line += buffer.AsSpan(0, count).Count((byte)'\n');
                at += count;
            }

            numbers[offset] = line;
        }

        return numbers;
    }

    /// <summary>The run id of the journal's first line; null when it says none.</summary>
    public static string? RunId(string path)
    {
        using var lines = File.ReadLines(path).GetEnumerator();
        return lines.MoveNext() && TextOf(lines.Current, JournalEvents.RunStarted, "run_id") is { } runId ? runId : null;
    }

    /// <summary>Jobs that began after this offset and did not end behind it.</summary>
    public static HashSet<string> JobsInFlight(string path, long offset)
    {
        HashSet<string> jobs = [];
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Seek(Math.Max(0, offset), SeekOrigin.Begin);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (TextOf(line, JournalEvents.JobStarted, "job_id") is { } started)
            {
                jobs.Add(started);
            }
            else if (TextOf(line, JournalEvents.JobFinished, "job_id") is { } finished)
            {
                jobs.Remove(finished);
            }
        }

        return jobs;
    }

    /// <summary>The last record of a job that the journal is known to have.</summary>
    public static JobRecord LastRecordOf(string path, string jobId)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        JobRecord? last = null;
        while (reader.ReadLine() is { } line)
        {
            if (TextOf(line, JournalEvents.JobFinished, "job_id") == jobId)
            {
                using var document = OutsideJson.Parse(line);
                last = RecordJson.Deserialize(Encoding.UTF8.GetBytes(document.RootElement.GetProperty("record").GetRawText()));
            }
        }

        return last ?? throw new InvalidOperationException($"The journal '{path}' has no record of the job '{jobId}'.");
    }

    private static long NextLine(SafeFileHandle journal, long offset, long length)
    {
        var buffer = new byte[64 * 1024];
        while (offset < length)
        {
            var count = RandomAccess.Read(journal, buffer, offset);
            var place = buffer.AsSpan(0, count).IndexOf((byte)'\n');
            if (place >= 0)
            {
                return offset + place + 1;
            }

            offset += Math.Max(1, count);
        }

        return length;
    }

    private static string? TextOf(string line, string eventName, string field)
    {
        if (!line.Contains($"\"event\":\"{eventName}\"", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            using var document = OutsideJson.Parse(line);
            return document.RootElement.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
