using Bench.Fixtures;
using Bench.Fixtures.Gates;

namespace Bench.Cli.Governed;

/// <summary>Runs phases in their order, each a governed run, and keeps the state between them.</summary>
internal sealed class ProgressiveEngine
{
    /// <summary>A phase did not pass; the seeds' code.</summary>
    public const int PhaseFailed = 2;

    /// <summary>The phase is not due, or another progressive run is at work; the seeds' code.</summary>
    public const int Blocked = 1;

    private const string CheckedOut = "HEAD";

    private readonly GovernedTools tools;
    private readonly ProgressiveRequest request;
    private readonly TextWriter screen;
    private readonly ProgressiveStateFile file;
    private readonly string commit;
    private readonly List<ProgressiveRecord> ran = [];
    private ProgressiveState state;

    // Why what was run does not count; null while all is well.
    private string? problem;
    private bool isKept = true;

    private ProgressiveEngine(GovernedTools tools, ProgressiveRequest request, TextWriter screen, ProgressiveStateFile file, string commit)
    {
        this.tools = tools;
        this.request = request;
        this.screen = screen;
        this.file = file;
        this.commit = commit;
        state = file.Read();
    }

    /// <summary>Runs what is asked for.</summary>
    /// <exception cref="BenchUsageException">There is no commit, another one is checked out, the state is damaged, or a phase cannot be run as it is asked for.</exception>
    public static async Task<ProgressiveOutcome> RunAsync(GovernedTools tools, ProgressiveRequest request, TextWriter screen, CancellationToken cancellationToken)
    {
        var answer = await CommitQuery.AskAsync(request.Git, request.Revision, cancellationToken);
        if (answer.Commit is not { } commit)
        {
            throw new BenchUsageException($"A phase's pass holds for one commit, and there is none: {answer.Problem} Name the commit by --reported-commit, or the work tree by --cwd.");
        }

        if (await MovedToAsync(request, commit, cancellationToken) is { } checkedOut)
        {
            throw new BenchUsageException($"The reported commit '{request.Revision}' is {commit}, but checked out is {checkedOut}, and a phase runs what is checked out. Check the reported commit out, or report what is checked out: --reported-commit HEAD.");
        }

        using var file = ProgressiveStateFile.TryTake(request.OutputDir);
        if (file is null)
        {
            return Unchanged(request, commit, Blocked, $"Blocked: another progressive run is at work on '{ProgressiveStateFile.PathIn(request.OutputDir)}'. Wait for its end, or name another folder by --output-dir.");
        }

        return await new ProgressiveEngine(tools, request, screen, file, commit).RunAsync(cancellationToken);
    }

    private static ProgressiveOutcome Unchanged(ProgressiveRequest request, string commit, int exitCode, string message) =>
        new() { ExitCode = exitCode, Message = message, Commit = commit, StateFile = ProgressiveStateFile.PathIn(request.OutputDir) };

    private async Task<ProgressiveOutcome> RunAsync(CancellationToken cancellationToken)
    {
        var due = state.DueIndex(commit);
        if (request.Phase is { } named && named.Index > due && !request.Force)
        {
            return Ended(Blocked, $"Blocked: {named.Id} comes after {ProgressivePhase.All[due].Id}, which has not passed for commit {commit} and is due. Run that: dotnet bench progressive. --force runs {named.Id} all the same.");
        }

        ProgressivePhase[] phases = request.Phase is { } one ? [one] : [.. ProgressivePhase.All.Skip(due).Take(request.All ? int.MaxValue : 1)];
        if (phases.Length == 0)
        {
            return Ended(ExitCodes.Ok, Next());
        }

        // All of them, before anything is spent.
        foreach (var phase in phases)
        {
            _ = request.RunOf(phase);
        }

        foreach (var phase in phases)
        {
            var exitCode = await RunAsync(phase, forced: request.Force && phase.Index > due, cancellationToken);
            if (!isKept)
            {
                return Unchanged(request, commit, PhaseFailed, problem!);
            }

            if (exitCode != ExitCodes.Ok)
            {
                return Ended(exitCode, $"{problem ?? $"{phase.Id} did not pass"}: what comes after it stays blocked.");
            }
        }

        return Ended(ExitCodes.Ok, Next());
    }

    private async Task<int> RunAsync(ProgressivePhase phase, bool forced, CancellationToken cancellationToken)
    {
        if (await MovedToAsync(request, commit, cancellationToken) is { } other)
        {
            problem = $"{phase.Id} was not begun, since checked out is now {other} instead of {commit}";
            return Blocked;
        }

        screen.WriteLine(FormattableString.Invariant($"Phase {phase.Index + 1} of {ProgressivePhase.All.Count}, {phase.Id}: {phase.Jobs} jobs, {phase.Parallel} in flight at once, every lane at {Percentage.Of(phase.MinSuccessRate, 1)} % or more; commit {commit}"));
        if (!Keep(state.Rewound(phase, commit)))
        {
            return PhaseFailed;
        }

        var run = request.RunOf(phase);
        var outcome = await GovernedEngine.RunAsync(tools, run, screen, cancellationToken);
        GovernedScreen.Write(outcome, run, screen, tools.Host.Environment, request.Redactor, request.IsJson);
        var record = ProgressiveRecords.Of(phase, run, outcome, commit, forced);
        if (record.Passed && await MovedToAsync(request, commit, CancellationToken.None) is { } moved)
        {
            problem = $"{phase.Id} does not count, since checked out at its end was {moved} instead of {commit}";
            record = ProgressiveRecords.Moved(record);
        }

        ran.Add(record);
        _ = Keep(state.With(record));
        return record.Passed ? ExitCodes.Ok : outcome.ExitCode is ExitCodes.Ok or GateVerdict.RunOrIntegrityFailed ? PhaseFailed : outcome.ExitCode;
    }

    // What is checked out now, and where; null while it is what the passes hold for.
    private static async Task<string?> MovedToAsync(ProgressiveRequest request, string commit, CancellationToken cancellationToken)
    {
        if ((await CommitQuery.AskAsync(request.Git, CheckedOut, cancellationToken)).Commit is var asked && asked != commit)
        {
            return $"{asked ?? "no commit"} in '{request.Git.Folder}'";
        }

        // Where no git knows what runs, the gates' work tree has to do.
        return request.Project is { } project && (await CommitQuery.AskAsync(project, CheckedOut, cancellationToken)).Commit is { } runs && runs != commit
            ? $"{runs} in '{project.Folder}'"
            : null;
    }

    private bool Keep(ProgressiveState next)
    {
        state = next;
        try
        {
            file.Write(state, request.Redactor);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            isKept = false;
            problem = $"The state '{file.Path}' could not be written: {e.Message} What was run does not count; make the folder writable, and run again.";
        }

        return isKept;
    }

    private string Next() => state.DueIndex(commit) is var due && due < ProgressivePhase.All.Count
        ? $"Next: {ProgressivePhase.All[due].Id} is due: dotnet bench progressive"
        : $"All phases have passed for commit {commit}.";

    private ProgressiveOutcome Ended(int exitCode, string message)
    {
        var due = state.DueIndex(commit);
        ProgressiveText.Write(state, commit, screen);
        return new()
        {
            ExitCode = exitCode,
            Message = message,
            Commit = commit,
            StateFile = file.Path,
            LastPassedPhase = due == 0 ? null : state.LastPassedPhase,
            NextPhase = due < ProgressivePhase.All.Count ? ProgressivePhase.All[due].Id : null,
            Ran = ran,
        };
    }
}
