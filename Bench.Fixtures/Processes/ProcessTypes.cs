using Bench.Fixtures.Processes.Metering;

namespace Bench.Fixtures.Processes;

/// <summary>Which of the agent's two output pipes a line came from.</summary>
public enum OutputChannel
{
    /// <summary>Standard output.</summary>
    Stdout,

    /// <summary>Standard error.</summary>
    Stderr,
}

/// <summary>A command to run as an agent.</summary>
public sealed record ProcessSpec
{
    /// <summary>Absolute path of the executable.</summary>
    public required string FileName { get; init; }

    /// <summary>Arguments, without the executable.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Absolute path of an existing folder.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The whole environment; nothing is inherited. With <see cref="ProcessMarks"/> in it, descendants that leave the process group are found too.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>What is written to standard input before it is closed; empty gives the agent the null device.</summary>
    public ReadOnlyMemory<byte> StandardInput { get; init; }

    /// <summary>Where standard output's bytes go, as they come (a redacting stream); null drops them. Written on the reading thread; neither flushed nor closed.</summary>
    public Stream? StdoutLog { get; init; }

    /// <summary>Where standard error's bytes go, as they come; null drops them. Written on the reading thread; neither flushed nor closed.</summary>
    public Stream? StderrLog { get; init; }

    /// <summary>Looks at what the process and all that it starts use; null leaves <see cref="ProcessExit.PeakMemoryBytes"/> unknown, and of the CPU time what nobody below the process waited for.</summary>
    public ProcessMeter? Meter { get; init; }

    /// <summary>Longest line handed to the observer, in bytes; the rest of a longer line goes to the log only. Default: 4 MiB.</summary>
    public int MaxLineBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How long a pipe that a descendant holds is read after the agent itself has gone. Default: 1 s.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>One line of output.</summary>
/// <param name="Channel">Which pipe.</param>
/// <param name="Timestamp">When its first byte was read: <see cref="TimeProvider.GetTimestamp"/> of the system's clock.</param>
/// <param name="Bytes">Without the line end; may hold invalid UTF-8; valid during the call only.</param>
/// <param name="IsTruncated">Longer than <see cref="ProcessSpec.MaxLineBytes"/>: the rest is in the log.</param>
public readonly record struct OutputLine(OutputChannel Channel, long Timestamp, ReadOnlyMemory<byte> Bytes, bool IsTruncated);

/// <summary>Sees an agent's output on the dedicated reading thread, one call at a time; must not block. When it throws it is not called again (<see cref="ProcessExit.ReadProblem"/>).</summary>
public interface IOutputObserver
{
    /// <summary>A line has ended (or the stream has, without a line end).</summary>
    void OnLine(in OutputLine line);
}

/// <summary>
/// How an agent process ended. Timestamps are <see cref="TimeProvider.GetTimestamp"/> of the system's clock;
/// on Linux those are nanoseconds of CLOCK_MONOTONIC, so they compare with a stamp that the agent takes itself.
/// </summary>
public sealed record ProcessExit
{
    /// <summary>The exit code; null when a signal ended it, or when somebody else took its status (<see cref="ReadProblem"/>).</summary>
    public required int? ExitCode { get; init; }

    /// <summary>The signal's number; null when it exited. Without Linux's process interface (<see cref="AgentProcess"/>) known only after a stop.</summary>
    public required int? Signal { get; init; }

    /// <summary>When the process was started: just before the system was asked to.</summary>
    public required long StartTimestamp { get; init; }

    /// <summary>When the process was gone.</summary>
    public required long ExitTimestamp { get; init; }

    /// <summary>First byte on either pipe; null when nothing was printed.</summary>
    public required long? FirstByteTimestamp { get; init; }

    /// <summary>Last byte on either pipe; null when nothing was printed.</summary>
    public required long? LastByteTimestamp { get; init; }

    /// <summary>Bytes read from standard output.</summary>
    public required long StdoutBytes { get; init; }

    /// <summary>Bytes read from standard error.</summary>
    public required long StderrBytes { get; init; }

    /// <summary>Bench ended it.</summary>
    public required bool WasStopped { get; init; }

    /// <summary>A descendant outlived the process and kept a pipe open past the drain limit; its later output is not read.</summary>
    public required bool PipeHeldByDescendant { get; init; }

    /// <summary>Descendants that outlived the process, or the grace of its stop, and were killed. Always 0 without Linux's process interface.</summary>
    public required int DescendantsKilled { get; init; }

    /// <summary>Bytes of standard input that did not go into the pipe because nobody took what was in it; null without Linux's process interface.</summary>
    public int? InputLeft { get; init; }

    /// <summary>CPU time, in user and kernel mode, of the process and of all that it started; what outlived its parents counts as a look saw it last. Null without Linux's process interface.</summary>
    public TimeSpan? CpuTime { get; init; }

    /// <summary>The most resident memory that they had together at a look; shared pages count in each of them. Null when no look came.</summary>
    public long? PeakMemoryBytes { get; init; }

    /// <summary>What writing a log failed with; null when the logs are whole.</summary>
    public Exception? LogProblem { get; init; }

    /// <summary>What the observer threw or the reading failed with; null when every line was handed over.</summary>
    public Exception? ReadProblem { get; init; }
}
