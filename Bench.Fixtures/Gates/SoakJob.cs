namespace Bench.Fixtures.Gates;

#pragma warning disable CS1591 // docs/formats/soak.md

/// <summary>One job of a round.</summary>
public sealed record SoakJob
{
    public required SoakJobSpec JobSpec { get; init; }
    public required bool Success { get; init; }

    /// <summary>The state it ended in, by the original's words: <c>exited_ok</c>, <c>exited_err</c>, <c>stalled</c>, <c>timeout</c>, <c>start_failed</c>, <c>exception</c>, <c>stopped</c>, <c>missing</c>; <c>pending</c> while the run goes on, <c>unknown</c> for a state that Bench does not know.</summary>
    public required string Status { get; init; }

    /// <summary>Why it is no success; null when it is one, and while it is pending.</summary>
    public required string? ReasonCode { get; init; }
    public required string? SelectedModel { get; init; }

    /// <summary>Submit of the first attempt → result of the last, back-off included; of a job that a limit ended, until then. Null when unknown.</summary>
    public required long? LatencyMs { get; init; }

    /// <summary>The true latency is at least that.</summary>
    public required bool LatencyIsAtLeast { get; init; }

    /// <summary>It reached an end of its own.</summary>
    public required bool Completion { get; init; }
    public required int Retries { get; init; }

    /// <summary><c>success</c>, <c>failed</c>, <c>killed</c>, <c>missing</c> or <c>pending</c>.</summary>
    public required string OutcomeState { get; init; }

    /// <summary>The assistant's answer, redacted.</summary>
    public required string Stdout { get; init; }

    /// <summary>The last lines of standard error, redacted.</summary>
    public required string Stderr { get; init; }
    public required string? StartedAt { get; init; }
    public required string? CompletedAt { get; init; }

    /// <summary>How the agent's process ended; null without a record.</summary>
    public required SoakRawOutcome? RawOutcome { get; init; }

    /// <summary>The record, below the output folder; null without one.</summary>
    public required string? Record { get; init; }
}

/// <summary>What a job was to do.</summary>
public sealed record SoakJobSpec
{
    /// <summary><c>&lt;run&gt;-r&lt;round&gt;-&lt;provider&gt;-&lt;index&gt;</c>, as in the original.</summary>
    public required string BeadsId { get; init; }

    /// <summary>Bench's own id.</summary>
    public required string JobId { get; init; }
    public required string WorkflowId { get; init; }
    public required string Provider { get; init; }
    public required string PromptId { get; init; }

    /// <summary>What is asked, redacted; null when no job of this prompt was begun.</summary>
    public required string? Prompt { get; init; }

    /// <summary>What the answer must be; null when it has no check.</summary>
    public required string? SuccessHint { get; init; }

    /// <summary>The model asked for.</summary>
    public required string Model { get; init; }

    /// <summary>The work tree of all agents; null when every attempt has an empty one of its own.</summary>
    public required string? Worktree { get; init; }
    public required int RoundNum { get; init; }

    /// <summary>Among the jobs of the round, provider by provider, from 0.</summary>
    public required int JobIndex { get; init; }
}

/// <summary>How an agent's process ended.</summary>
public sealed record SoakRawOutcome
{
    public required int? ExitCode { get; init; }
    public required int? Signal { get; init; }

    /// <summary>Category, reason and rule of the failure, and what the rule saw; null on success.</summary>
    public required string? Failure { get; init; }
}

/// <summary>A job that keeps its round from being clean.</summary>
public sealed record SoakOffender
{
    public required int RoundNum { get; init; }
    public required string Provider { get; init; }
    public required string PromptId { get; init; }
    public required string JobId { get; init; }
    public required string ReasonCode { get; init; }

    /// <summary><c>harness</c>, <c>model</c> or <c>env</c>; null when nobody knows: no record, cancelled, unknown state.</summary>
    public required string? Fault { get; init; }
    public required string? Asked { get; init; }
    public required string? Expected { get; init; }

    /// <summary>The beginning of the answer, on one line; empty when there was none.</summary>
    public required string Answered { get; init; }

    /// <summary>What was seen, on one line.</summary>
    public required string Evidence { get; init; }
    public required string WhatToDo { get; init; }
    public required string? Record { get; init; }
}
#pragma warning restore CS1591
