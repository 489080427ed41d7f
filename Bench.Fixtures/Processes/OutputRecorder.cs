namespace Bench.Fixtures.Processes;

/// <summary>
/// What both pipes gave: stamps, counts, logs and lines. A log or an observer that fails is not used again, and never stops the reading.
/// Used by one thread at a time.
/// </summary>
internal sealed class OutputRecorder(ProcessSpec spec, IOutputObserver? observer)
{
    private readonly LineSplitter[] splitters = observer is null
        ? []
        : [new(OutputChannel.Stdout, spec.MaxLineBytes, observer), new(OutputChannel.Stderr, spec.MaxLineBytes, observer)];

    private readonly Stream?[] logs = [spec.StdoutLog, spec.StderrLog];
    private readonly long[] counts = [0, 0];

    // Stamps are never 0 on a running machine; read by other threads while the agent runs.
    private long firstByte;
    private long lastByte;

    internal long? FirstByteTimestamp => NullWhenZero(Volatile.Read(ref firstByte));

    internal long? LastByteTimestamp => NullWhenZero(Volatile.Read(ref lastByte));

    internal long StdoutBytes => counts[(int)OutputChannel.Stdout];

    internal long StderrBytes => counts[(int)OutputChannel.Stderr];

    /// <summary>The first log failure.</summary>
    internal Exception? LogProblem { get; private set; }

    /// <summary>The first failure to read or to hand over a line.</summary>
    internal Exception? ReadProblem { get; private set; }

    /// <summary>Takes bytes that were readable at <paramref name="timestamp"/>.</summary>
    internal void Add(OutputChannel channel, ReadOnlyMemory<byte> bytes, long timestamp)
    {
        // With a thread for each pipe the later stamp may come first.
        if (firstByte == 0 || timestamp < firstByte)
        {
            Volatile.Write(ref firstByte, timestamp);
        }

        Volatile.Write(ref lastByte, Math.Max(lastByte, timestamp));
        counts[(int)channel] += bytes.Length;
        WriteLog(channel, bytes.Span);
        Observe(channel, splitter => splitter.Add(bytes, timestamp));
    }

    /// <summary>The channel has ended: its last line needs no line end.</summary>
    internal void Complete(OutputChannel channel) => Observe(channel, splitter => splitter.Complete());

    /// <summary>Notes that reading itself failed.</summary>
    internal void NoteReadProblem(Exception problem) => ReadProblem ??= problem;

    private void WriteLog(OutputChannel channel, ReadOnlySpan<byte> bytes)
    {
        try
        {
            logs[(int)channel]?.Write(bytes);
        }
        catch (Exception problem)
        {
            logs[(int)channel] = null;
            LogProblem ??= problem;
        }
    }

    private void Observe(OutputChannel channel, Action<LineSplitter> act)
    {
        if (splitters.Length == 0 || ReadProblem is not null)
        {
            return;
        }

        try
        {
            act(splitters[(int)channel]);
        }
        catch (Exception problem)
        {
            ReadProblem = problem;
        }
    }

    private static long? NullWhenZero(long timestamp) => timestamp == 0 ? null : timestamp;
}
