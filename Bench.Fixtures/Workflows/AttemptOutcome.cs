using System.Globalization;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Processes.Metering;

namespace Bench.Fixtures.Workflows;

/// <summary>The verdict of one prompt check.</summary>
/// <param name="Kind">Snake-case kind: <c>contains</c>, <c>regex</c>, <c>json</c>, <c>command</c>.</param>
/// <param name="Value">What was looked for.</param>
/// <param name="Passed">Whether the answer passed.</param>
/// <param name="Detail">Why not, in one redacted line; null when it passed.</param>
public sealed record CheckResult(string Kind, string Value, bool Passed, string? Detail);

/// <summary>
/// The instants of an attempt, as durations since its start (the moment its slot was granted), from one monotonic clock.
/// Null is "did not happen" or "cannot be seen on this lane".
/// </summary>
public sealed record AttemptTimeline
{
    /// <summary>The agent process (or the HTTP session) was started.</summary>
    public TimeSpan? Spawned { get; init; }

    /// <summary>First sign of being ready to work: first model request at the gateway, else the first event.</summary>
    public TimeSpan? Ready { get; init; }

    /// <summary>The prompt was handed over.</summary>
    public TimeSpan? Submitted { get; init; }

    /// <summary>First assistant output (text, reasoning or tool call) on the lane's own interface.</summary>
    public TimeSpan? FirstOutput { get; init; }

    /// <summary>Last assistant output.</summary>
    public TimeSpan? LastOutput { get; init; }

    /// <summary>The lane's own terminal event; for a lane without one, the process's end.</summary>
    public TimeSpan? Completed { get; init; }

    /// <summary>The process was gone (server lanes: the session was disposed).</summary>
    public TimeSpan? Exited { get; init; }

    /// <summary>First token of the first own model answer, at the gateway.</summary>
    public TimeSpan? ModelFirstToken { get; init; }

    /// <summary>When Bench ended the attempt for a limit, a stall or a cancelled run; null when it did not. What was not seen until then took at least so long.</summary>
    public TimeSpan? CutOff { get; init; }

    /// <summary>How far the attempt's latency is known: its terminal event, or the moment at which Bench ended it, whichever came first.</summary>
    public TimeSpan? Ended => CutOff is null || Completed <= CutOff ? Completed : CutOff;
}

/// <summary>What one attempt did: the result of a workflow. Everything in it is redacted.</summary>
public sealed record AttemptOutcome
{
    /// <summary>The incident of an attempt in whose time Bench stood still.</summary>
    public const string StoodStillIncident = "bench_stood_still";

    /// <summary>The lane ended by its own terminal event, with an answer that is not an error.</summary>
    public required bool Completed { get; init; }

    /// <summary>Completed, and every check passed, and the model that answered is the one asked for.</summary>
    public bool Success => Completed && Failure is null;

    /// <summary>Why it failed; null on success.</summary>
    public Failure? Failure { get; init; }

    /// <summary>Noteworthy facts that did not decide the outcome.</summary>
    public IReadOnlyList<Incident> Incidents { get; init; } = [];

    /// <summary>The assistant's answer, role-filtered; empty when there was none.</summary>
    public required string Answer { get; init; }

    /// <summary>Exit code of the agent process; null on server lanes without one, and after a signal.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Signal that ended the agent process.</summary>
    public int? Signal { get; init; }

    /// <summary>The attempt's limit ended it: its completion latency is "at least" the time until then (censored).</summary>
    public bool TimedOut { get; init; }

    /// <summary>The stall threshold ended it; censored too.</summary>
    public bool Stalled { get; init; }

    /// <summary>The run was cancelled while it was in flight.</summary>
    public bool Cancelled { get; init; }

    /// <summary>The instants.</summary>
    public required AttemptTimeline Timeline { get; init; }

    /// <summary>How long Bench stood still while it was in flight: instants may be late by as much, and how long the attempt took is unknown.</summary>
    public TimeSpan StoodStill { get; private init; }

    /// <summary>This, of an attempt in whose time Bench stood still so long; the same when it did not.</summary>
    public AttemptOutcome WithStandstill(TimeSpan time) => time == TimeSpan.Zero ? this : this with
    {
        StoodStill = time,
        Incidents =
        [
            .. Incidents,
            new Incident(StoodStillIncident, string.Create(
                CultureInfo.InvariantCulture, $"Bench, or the whole machine, stood still for {time.TotalSeconds:0.0} s while the attempt was in flight: how long it took is unknown.")),
        ],
    };

    /// <summary>The lane shows when it is ready and when the assistant puts something out: what was not seen had not happened. False behind a dispatcher.</summary>
    public bool SeesOutput { get; init; } = true;

    /// <summary>The agent's own session id; null when it has none.</summary>
    public string? SessionId { get; init; }

    /// <summary>The model that really answered, as gateway and lane agree; null when unknown.</summary>
    public string? ModelSelected { get; init; }

    /// <summary>Finish reason in the agent's own word.</summary>
    public string? FinishReason { get; init; }

    /// <summary>Tokens, from the gateway where it saw them, else from the lane's report.</summary>
    public TokenUsage Tokens { get; init; } = new();

    /// <summary>The model put out something: it was counted, or the gateway saw it before the answer broke off uncounted.</summary>
    public bool ProducedOutput => Tokens.Output > 0 || Timeline.ModelFirstToken is not null;

    /// <summary>Model requests of this attempt; null when no gateway saw them.</summary>
    public int? ModelRequests { get; init; }

    /// <summary>Those beyond the prompt's own turns (titles, summaries, small models).</summary>
    public int? HiddenModelRequests { get; init; }

    /// <summary>Time inside own model requests, overlaps counted once; null when no gateway saw them.</summary>
    public TimeSpan? ModelTime { get; init; }

    /// <summary>CPU time, user and system, of the agent and all that it started; on a server lane with its part of the server's. Null when unknown.</summary>
    public TimeSpan? CpuTime { get; init; }

    /// <summary>A part of <see cref="CpuTime"/> is the shared server's while it worked for several attempts, and was divided evenly among them.</summary>
    public bool CpuIsShared { get; init; }

    /// <summary>The most resident memory, in bytes, that they had at once; on a server lane with the server's. Null when unknown.</summary>
    public long? PeakMemoryBytes { get; init; }

    /// <summary>How loaded the machine was meanwhile.</summary>
    public LoadReading Load { get; init; } = LoadReading.Unknown;

    /// <summary>Verdicts in the prompt's order; empty when the attempt did not complete.</summary>
    public IReadOnlyList<CheckResult> Checks { get; init; } = [];

    /// <summary>Contained hints ÷ hints; 1 when the prompt has none; null when the attempt did not complete.</summary>
    public double? HintMatchRatio { get; init; }

    /// <summary>Last lines of standard error, redacted, at most 20.</summary>
    public IReadOnlyList<string> StderrTail { get; init; } = [];

    /// <summary>Bytes that the agent printed on standard output.</summary>
    public long StdoutBytes { get; init; }

    /// <summary>Bytes that the agent printed on standard error.</summary>
    public long StderrBytes { get; init; }
}
