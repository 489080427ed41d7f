using Bench.Fixtures.Gates;
using Bench.Fixtures.Records;

namespace Bench.Cli.Governed;

/// <summary>How far a progressive run has come: <c>progressive/state.json</c>. JSON names are the properties in snake_case; docs/formats/progressive_state.md.</summary>
internal sealed record ProgressiveState
{
    /// <summary>The format's version.</summary>
    public int SchemaVersion { get; init; } = FormatVersions.ProgressiveState;

    /// <summary>The commit that <see cref="LastPassedPhase"/> holds for; null when that is.</summary>
    public string? Commit { get; init; }

    /// <summary>The last phase that has passed, and with it those before; null when the first is due.</summary>
    public string? LastPassedPhase { get; init; }

    /// <summary>Every phase that was run, in order of time.</summary>
    public required IReadOnlyList<ProgressiveRecord> History { get; init; }

    /// <summary>The place of the phase that is due for a commit, from 0; the number of phases when all have passed.</summary>
    public int DueIndex(string commit) => commit == Commit ? ProgressivePhase.IndexOf(LastPassedPhase) + 1 : 0;

    /// <summary>The last record that counts of a phase for a commit; null when there is none.</summary>
    public ProgressiveRecord? LastOf(ProgressivePhase phase, string commit) => History.LastOrDefault(record => record.Phase == phase.Id && record.Commit == commit);

    /// <summary>The state when a phase begins: it and what comes after it have not passed, until it has.</summary>
    public ProgressiveState Rewound(ProgressivePhase phase, string commit)
    {
        var last = ProgressivePhase.All.Take(Math.Min(DueIndex(commit), phase.Index)).LastOrDefault();
        return this with { Commit = last is null ? null : commit, LastPassedPhase = last?.Id };
    }

    /// <summary>The state when a phase has ended, after <see cref="Rewound"/>. A pass out of its turn is history only: what comes before it stays due, and so does it.</summary>
    public ProgressiveState With(ProgressiveRecord record)
    {
        var counts = record.Passed && ProgressivePhase.IndexOf(record.Phase) == DueIndex(record.Commit);
        return this with
        {
            Commit = counts ? record.Commit : Commit,
            LastPassedPhase = counts ? record.Phase : LastPassedPhase,
            History = [.. History, record],
        };
    }
}

/// <summary>A phase that was run.</summary>
internal sealed record ProgressiveRecord
{
    public required string Phase { get; init; }

    /// <summary>The commit that is reported; what is checked out when none is.</summary>
    public required string Commit { get; init; }

    /// <summary>A phase before it had not passed; <c>--force</c> ran it all the same, and its pass does not count.</summary>
    public required bool Forced { get; init; }
    public required string RunId { get; init; }

    /// <summary>The name of the run's folder; null when there is none.</summary>
    public string? RunDir { get; init; }
    public string? Model { get; init; }
    public string? ModelSelected { get; init; }

    /// <summary>Always null.</summary>
    public string? FallbackReason { get; init; }
    public required IReadOnlyList<string> Workflows { get; init; }
    public required IReadOnlyList<string> PromptIds { get; init; }
    public required int Trials { get; init; }
    public required int Parallel { get; init; }

    /// <summary>The most attempts that ran at one moment, by the records; null where they do not say.</summary>
    public int? PeakInFlight { get; init; }

    /// <summary>Passed ÷ attempted of all OpenCode lanes together, 0 to 1; null without records.</summary>
    public double? SuccessRate { get; init; }

    /// <summary>What every lane must reach.</summary>
    public required double MinSuccessRate { get; init; }
    public required bool Passed { get; init; }

    /// <summary>What the governed run would have ended with.</summary>
    public required int ExitCode { get; init; }
    public required string ReasonCode { get; init; }
    public string? Taxonomy { get; init; }
    public GovernancePreflight? Preflight { get; init; }
    public BaselineVerdict? BaselineGate { get; init; }
    public IntegrityVerdict? IntegrityGate { get; init; }

    /// <summary>Texts cut to their last 500 characters; null when it was not reached.</summary>
    public GovernanceLaunch? Launch { get; init; }

    /// <summary>Null when it was not reached.</summary>
    public ProgressiveStep? Collect { get; init; }

    /// <summary>Null when it was not reached.</summary>
    public ProgressiveStep? Summarize { get; init; }

    /// <summary>UTC, ISO 8601.</summary>
    public required string GeneratedAt { get; init; }
}

/// <summary>A step of a phase.</summary>
/// <param name="ExitCode">0, or the step's exit code.</param>
internal sealed record ProgressiveStep(int ExitCode);
