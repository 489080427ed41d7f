using Bench.Fixtures.Gates;
using Bench.Fixtures.Redaction;

namespace Bench.Cli.Governed;

/// <summary>What a progressive run is asked for.</summary>
internal sealed record ProgressiveRequest
{
    /// <summary>The phase that is named; null for what is due.</summary>
    public ProgressivePhase? Phase { get; init; }

    /// <summary>All phases that are due, one after the other, until one fails.</summary>
    public bool All { get; init; }

    /// <summary>Runs the named phase although one before it has not passed.</summary>
    public bool Force { get; init; }

    /// <summary>The revision whose commit the passes hold for; it must be what is checked out.</summary>
    public required string Revision { get; init; }

    /// <summary>Git in the work tree that the gates ask.</summary>
    public required GitCli Git { get; init; }

    /// <summary>Git where the tests are; null when their agents work in a work tree of their own, which is then <see cref="Git"/>'s.</summary>
    public GitCli? Project { get; init; }

    /// <summary>The folder of the state, and of the runs; absolute.</summary>
    public required string OutputDir { get; init; }

    /// <summary>The governed run of a phase.</summary>
    public required Func<ProgressivePhase, GovernedRequest> RunOf { get; init; }

    /// <summary>What is written and shown passes through it.</summary>
    public required Redactor Redactor { get; init; }

    /// <summary>Standard output is for one JSON document.</summary>
    public bool IsJson { get; init; }
}

/// <summary>How a progressive run ended.</summary>
internal sealed record ProgressiveOutcome
{
    public int SchemaVersion { get; init; } = 1;

    /// <summary>Every phase that was run has passed, and what was asked for was not refused.</summary>
    public bool Passed => ExitCode == ExitCodes.Ok;

    /// <summary>What the command ends with.</summary>
    public required int ExitCode { get; init; }

    /// <summary>Why nothing was run, or what comes next, in sentences.</summary>
    public required string Message { get; init; }

    /// <summary>The commit that the passes hold for; null when it was not looked for.</summary>
    public string? Commit { get; init; }

    /// <summary>The absolute path of the state.</summary>
    public required string StateFile { get; init; }
    public string? LastPassedPhase { get; init; }

    /// <summary>The phase that is due; null when all have passed, or the state is not known.</summary>
    public string? NextPhase { get; init; }

    /// <summary>Every phase has passed in its turn, for this commit; one that <c>--force</c> ran out of it does not count.</summary>
    public bool AllPassed => NextPhase is null && LastPassedPhase is not null;

    /// <summary>The phases that were run now, in order.</summary>
    public IReadOnlyList<ProgressiveRecord> Ran { get; init; } = [];
}
