namespace Bench.Fixtures.Failures;

/// <summary>
/// The structured facts about an ended attempt that classification reads.
/// The model's answer text is deliberately not among them.
/// </summary>
public sealed record AttemptEvidence
{
    /// <summary>The agent's exit code; null when no process ended, or it died by a signal.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended the agent; null when it exited.</summary>
    public int? Signal { get; init; }

    /// <summary>The attempt's limit was reached.</summary>
    public bool TimedOut { get; init; }

    /// <summary>No sign of life for the stall threshold.</summary>
    public bool Stalled { get; init; }

    /// <summary>How long Bench, or the whole machine, stood still while the attempt was in flight.</summary>
    public TimeSpan StoodStill { get; init; }

    /// <summary>Bench ended an agent that would not stop repeating failed model requests.</summary>
    public bool RetriesExhausted { get; init; }

    /// <summary>The run was cancelled.</summary>
    public bool Cancelled { get; init; }

    /// <summary>What Bench itself threw; null when it did not.</summary>
    public Exception? Exception { get; init; }

    /// <summary>HTTP status of the decisive model request or API call, from the agent's error event or the gateway; null when none failed.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>The error's name as the agent or API spells it, e.g. <c>APIError</c>, <c>ContentFilterError</c>, <c>rate_limit_error</c>; null when there was none.</summary>
    public string? ErrorName { get; init; }

    /// <summary>The error's message as the agent or API gave it; null when there was none.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>The code with which the gateway itself refused the decisive model request, e.g. <c>cassette_miss</c>; null when it did not.</summary>
    public string? GatewayError { get; init; }

    /// <summary>What the gateway said to that; null when it did not refuse.</summary>
    public string? GatewayErrorDetail { get; init; }

    /// <summary>Model requests at the shared address in the attempt's time that named no session, where they explain the attempt's end; else 0.</summary>
    public int UnattributedRequests { get; init; }

    /// <summary>How long the provider asked to wait; null when it did not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Model requests that the gateway saw; null when none stood between agent and model.</summary>
    public int? ModelRequests { get; init; }

    /// <summary>The lane showed text, reasoning or a tool call of the model.</summary>
    public bool HasOutput { get; init; }

    /// <summary>CPU time of the agent and all that it started; null when unknown.</summary>
    public TimeSpan? CpuTime { get; init; }

    /// <summary>Share of the time, from 0 to 1, in which some program of the machine waited for a core; null when unknown.</summary>
    public double? CpuPressure { get; init; }

    /// <summary>That share is over the bound from which an agent may starve.</summary>
    public bool HostIsOverloaded { get; init; }

    /// <summary>Bytes of the prompt that the agent had not taken from its standard input when it ended; null when it has none or that is unknown.</summary>
    public int? PromptBytesLeft { get; init; }

    /// <summary>The last lines of standard error, redacted, oldest first.</summary>
    public IReadOnlyList<string> StderrTail { get; init; } = [];

    /// <summary>Lines of standard output outside of the agent's format: its own words, redacted, never the model's answer.</summary>
    public IReadOnlyList<string> StdoutLines { get; init; } = [];

    /// <summary>The lane's own terminal event was seen.</summary>
    public bool HasTerminalEvent { get; init; }

    /// <summary>The agent's output could not be read as its documented format.</summary>
    public string? ParserProblem { get; init; }

    /// <summary>Why the model stopped, in the agent's own word (<c>stop</c>, <c>length</c>, <c>content-filter</c>, <c>unknown</c>, …); null when not said.</summary>
    public string? FinishReason { get; init; }

    /// <summary>The answer is empty or blank.</summary>
    public bool AnswerIsEmpty { get; init; }

    /// <summary>Tools that the agent was not allowed to use.</summary>
    public int PermissionDenials { get; init; }

    /// <summary>The model asked for.</summary>
    public required string ModelAsked { get; init; }

    /// <summary>The model that answered, from gateway and lane; null when unknown.</summary>
    public string? ModelAnswered { get; init; }

    /// <summary>Checks that failed, as <c>kind: value (why)</c>; empty when all passed or none ran.</summary>
    public IReadOnlyList<string> FailedChecks { get; init; } = [];
}
