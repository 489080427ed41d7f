using System.Buffers;
using System.Text;
using System.Text.Json;
using Bench.Fixtures.Intake;
using Microsoft.Win32.SafeHandles;

namespace Bench.Fixtures.Records;

/// <summary>What one thread read of a journal: whole lines from one offset to another.</summary>
internal sealed class JournalPart<TSink>
    where TSink : IRecordSink<TSink>
{
    private const int BufferBytes = 1 << 20;
    private readonly RecordRowReader rows = new();
    private readonly TSink sink;
    private readonly string? runId;
    private readonly HashSet<long> skippedOffsets;

    /// <param name="sink">Takes the records.</param>
    /// <param name="runId">Records of another run are not used; null uses all.</param>
    /// <param name="skippedOffsets">Offsets of records that are passed over.</param>
    public JournalPart(TSink sink, string? runId, HashSet<long> skippedOffsets)
    {
        this.sink = sink;
        this.runId = runId;
        this.skippedOffsets = skippedOffsets;
        Index = new RecordIndex(rows.Names);
    }

    public TSink Sink => sink;

    public RecordIndex Index { get; }

    public LatestStamp LatestEnd { get; } = new();

    /// <summary>Offset and reason of every line that could not be used.</summary>
    public List<(long Offset, string Reason)> UnusableLines { get; } = [];

    /// <summary>How often the run was started: more than once when it was resumed.</summary>
    public int RunStarts { get; private set; }

    /// <summary>Offset of the last start; -1 when this part holds none.</summary>
    public long LastRunStart { get; private set; } = -1;

    /// <summary>Status of the last orderly end; null when this part holds none.</summary>
    public string? EndStatus { get; private set; }

    /// <summary>Offset of that end; -1 when this part holds none.</summary>
    public long LastRunEnd { get; private set; } = -1;

    /// <summary>Reads the lines from <paramref name="start"/>, where one begins, to <paramref name="end"/>.</summary>
    public void Read(SafeFileHandle journal, long start, long end, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(BufferBytes, Math.Max(1, end - start)));
        try
        {
            for (var held = 0; start + held < end;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (held == buffer.Length)
                {
                    buffer = Grow(buffer, held);
                }

                var room = (int)Math.Min(buffer.Length - held, end - start - held);
                var count = RandomAccess.Read(journal, buffer.AsSpan(held, room), start + held);
                if (count == 0)
                {
                    return;
                }

                held += count;
                var used = TakeLines(buffer.AsSpan(0, held), start, isLast: start + held >= end);
                buffer.AsSpan(used, held - used).CopyTo(buffer);
                (start, held) = (start + used, held - used);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer, int held)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, held).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private int TakeLines(ReadOnlySpan<byte> bytes, long offset, bool isLast)
    {
        var used = 0;
        while (used < bytes.Length)
        {
            var rest = bytes[used..];

            // After a power failure a block may be all zeros; in what Bench writes the line end is the only control character.
            var length = rest.IndexOfAnyInRange((byte)0, (byte)31);
            var isClean = length >= 0 && rest[length] == '\n';
            length = isClean || length < 0 ? length : rest.IndexOf((byte)'\n');
            if (length < 0)
            {
                if (isLast)
                {
                    UnusableLines.Add((offset + used, "has no end, so the process died while it wrote it"));
                    used = bytes.Length;
                }

                return used;
            }

            if (!isClean)
            {
                UnusableLines.Add((offset + used, "cannot be read: it is damaged"));
            }
            else if (length > 0)
            {
                TakeLine(rest[..length], offset + used);
            }

            used += length + 1;
        }

        return used;
    }

    private void TakeLine(ReadOnlySpan<byte> line, long offset)
    {
        try
        {
            TakeEvent(line, offset);
        }
        catch (JsonException exception)
        {
            // The fast reader knows only that something is wrong.
            var why = OutsideJson.FaultIn(line) is { } fault ? FormattableString.Invariant($"column {fault.Column}: {fault.Reason}") : exception.Message.TrimEnd('.');
            UnusableLines.Add((offset, "cannot be read: " + why));
        }
    }

    private void TakeEvent(ReadOnlySpan<byte> line, long offset)
    {
        var reader = new CompactJsonReader(line);
        ReadOnlySpan<byte> eventName = default;
        while (reader.Read())
        {
            if (reader.Name.SequenceEqual("event"u8))
            {
                eventName = reader.Text();
            }
            else if (reader.Name.SequenceEqual("record"u8) && eventName.SequenceEqual("job_finished"u8))
            {
                // The record is the line's last field.
                var record = line.EndsWith("}}"u8) ? line[reader.ValueStart..^1] : throw new JsonException("It has no end.");
                TakeRecord(record, offset + reader.ValueStart);
                return;
            }
            else if (reader.Name.SequenceEqual("status"u8) && eventName.SequenceEqual("run_finished"u8))
            {
                (EndStatus, LastRunEnd) = (Encoding.UTF8.GetString(reader.Text()), offset);
            }
        }

        if (eventName.SequenceEqual("run_started"u8))
        {
            (RunStarts, LastRunStart) = (RunStarts + 1, offset);
        }
    }

    private void TakeRecord(ReadOnlySpan<byte> json, long offset)
    {
        if (skippedOffsets.Count > 0 && skippedOffsets.Contains(offset))
        {
            return;
        }

        var row = rows.Read(json, stopAtAttempts: true);
        if (runId is not null && rows.RunId != runId)
        {
            UnusableLines.Add((offset, $"holds a record of the run '{rows.RunId}', not of '{runId}'"));
            return;
        }

        if (rows.Nonsense is { } nonsense)
        {
            UnusableLines.Add((offset, $"says that {nonsense}, which nothing can have measured; unknown"));
        }

        Index.Add(new RecordEntry(rows.Identity, RecordSource.Journal, offset, json.Length));
        LatestEnd.Take(rows.JobCompletedAt);
        sink.Add(row);
    }
}
