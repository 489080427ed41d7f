using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Processes.Metering;

namespace Bench.Fixtures.Workflows;

/// <summary>All that was seen of one attempt, from all sides, before it is judged. Timestamps are <see cref="TimeProvider.GetTimestamp"/> of one clock.</summary>
public sealed record AttemptFacts
{
    /// <summary>When the attempt began (its slot was granted): zero of the timeline.</summary>
    public required long StartTimestamp { get; init; }

    /// <summary>When it was over: all that was still open ends here.</summary>
    public required long EndTimestamp { get; init; }

    /// <summary>The model asked for, as the lane spells it.</summary>
    public required string ModelAsked { get; init; }

    /// <summary>The model asked for, as its API spells it; see <see cref="ModelNames.Bare"/>.</summary>
    public required string BareModel { get; init; }

    /// <summary>What the lane's own interface said.</summary>
    public required AgentReading Reading { get; init; }

    /// <summary>What the gateway saw, in order of arrival; null when no gateway stood between agent and model.</summary>
    public IReadOnlyList<GatewayRequest>? Requests { get; init; }

    /// <summary>Model requests at the gateway's shared address in the attempt's time that named no session of an attempt; other attempts' may be among them.</summary>
    public int UnattributedRequests { get; init; }

    /// <summary>How the agent process ended; null when none was started, or a shared server did the work.</summary>
    public ProcessExit? Exit { get; init; }

    /// <summary>When the agent was started; default: the process's start.</summary>
    public long? SpawnedAt { get; init; }

    /// <summary>First sign of being ready; default: the first model request, else the first event.</summary>
    public long? ReadyAt { get; init; }

    /// <summary>When the prompt was handed over; default: with the start, on standard input.</summary>
    public long? SubmittedAt { get; init; }

    /// <summary>When all was gone; default: the process's end.</summary>
    public long? ExitedAt { get; init; }

    /// <summary>When Bench ended it for a limit, a stall or a cancelled run; null when it did not.</summary>
    public long? CutOffAt { get; init; }

    /// <summary>How long Bench stood still meanwhile: what was seen then was seen late.</summary>
    public TimeSpan StoodStill { get; init; }

    /// <summary>The attempt's limit was reached before a good terminal event.</summary>
    public bool TimedOut { get; init; }

    /// <summary>The stall threshold was reached before a good terminal event.</summary>
    public bool Stalled { get; init; }

    /// <summary>Bench ended an agent that would not stop repeating failed model requests.</summary>
    public bool RetriesExhausted { get; init; }

    /// <summary>The run was cancelled before the attempt was judged.</summary>
    public bool Cancelled { get; init; }

    /// <summary>What Bench itself threw.</summary>
    public Exception? Exception { get; init; }

    /// <summary>The last lines of standard error, oldest first.</summary>
    public IReadOnlyList<string> StderrTail { get; init; } = [];

    /// <summary>CPU time of all processes that worked for the attempt; null when unknown.</summary>
    public TimeSpan? CpuTime { get; init; }

    /// <summary>A part of it was divided among several attempts.</summary>
    public bool CpuIsShared { get; init; }

    /// <summary>The most resident memory of them, in bytes; null when unknown.</summary>
    public long? PeakMemoryBytes { get; init; }

    /// <summary>How loaded the machine was.</summary>
    public LoadReading Load { get; init; } = LoadReading.Unknown;

    /// <summary>What the workflow noticed.</summary>
    public IReadOnlyList<Incident> Incidents { get; init; } = [];

    /// <summary>The model requests that had begun when Bench ended the attempt; all of them where it did not. Null without a gateway.</summary>
    internal IReadOnlyList<GatewayRequest>? RequestsInTime => CutAt is null ? Requests : Requests?.Where(r => InTime(r.StartTimestamp) is not null).ToList();

    /// <summary>
    /// The same without what the lane showed after Bench had ended the attempt: an agent that is being stopped goes on for a moment, and none of it had happened
    /// within the limit. What it used up meanwhile stays counted.
    /// </summary>
    internal AttemptFacts UntilCutOff() => this with
    {
        ReadyAt = InTime(ReadyAt),
        Reading = Reading with
        {
            FirstEventAt = InTime(Reading.FirstEventAt),
            FirstOutputAt = InTime(Reading.FirstOutputAt),

            // When the one before it came is not known.
            LastOutputAt = InTime(Reading.LastOutputAt),
        },
    };

    /// <summary>When Bench ended it; null where it ended otherwise.</summary>
    internal long? CutAt => this is { TimedOut: false, Stalled: false, Cancelled: false } ? null : CutOffAt;

    /// <summary>The timestamp; null when it is one after Bench had ended the attempt.</summary>
    internal long? InTime(long? timestamp) => timestamp > CutAt ? null : timestamp;

    /// <summary>
    /// The prompt's own model requests; empty without a gateway. Where the gateway recognised none, as when the agent went to another model, all of them:
    /// what answered must be seen.
    /// </summary>
    internal IReadOnlyList<GatewayRequest> OwnRequests =>
        RequestsInTime is not { } requests ? [] : requests.All(r => r.Hidden) ? requests : [.. requests.Where(r => !r.Hidden)];

    /// <summary>
    /// The lane ended by its own terminal event, with an answer that is no error, and the answer can be the model's:
    /// where a gateway stood in between, it has answered at least one request.
    /// </summary>
    public bool IsCompleted =>
        Reading is { TerminalAt: not null, TerminalIsSuccess: true }
        && !string.IsNullOrWhiteSpace(Reading.Answer)
        && !AnsweredWithoutModel
        && CassetteMiss is null
        && this is { TimedOut: false, Stalled: false, RetriesExhausted: false, Cancelled: false, Exception: null };

    /// <summary>Requests that nobody could attribute are what the attempt ended with: it had none of its own, or was told of the refusal.</summary>
    internal bool EndedUnattributed => UnattributedRequests > 0 && (OwnRequests.Count == 0 || Reading.HttpStatus == 503);

    internal bool AnsweredWithoutModel => Reading.TerminalIsSuccess && Requests is not null && !Requests.Any(IsAnswered);

    /// <summary>The first request that was not on the cassette; hidden ones count, since a replay that does without them is none.</summary>
    internal GatewayRequest? CassetteMiss => Requests?.FirstOrDefault(r => r.Error == GatewayRequest.CassetteMiss);

    internal static bool IsAnswered(GatewayRequest request) => request is { Status: >= 200 and < 300, Error: not GatewayRequest.NoAnswer };

    /// <summary>One that got an error for an answer, or none at all by the gateway's will, used nothing up.</summary>
    internal static bool MayHaveUsedTokens(GatewayRequest request) =>
        request.Status is null or < 400 && request.Error is not (GatewayRequest.RepeatsExhausted or GatewayRequest.NoAnswer);

    internal static bool IsFailed(GatewayRequest request) => request.Status >= 400 || request.Error is not null;
}
