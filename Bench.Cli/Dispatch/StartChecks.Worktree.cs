using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Settings;

namespace Bench.Cli.Dispatch;

// The work tree that the agent is given.
internal sealed partial class StartChecks
{
    private async Task<(string? Worktree, WorkTreeState? Tree)> CheckWorktreeAsync(BenchSettings settings, CancellationToken cancellationToken)
    {
        if ((request.Worktree ?? settings.WorkTree) is not { } given)
        {
            return (null, null);
        }

        var path = Path.TrimEndingDirectorySeparator(given);
        if (!Directory.Exists(path))
        {
            RefuseTree(DispatchReasons.WorktreeMissing, $"The work tree '{path}' {(File.Exists(path) ? "is a file" : "does not exist")}. Name the top folder of a git work tree.");
        }
        else if ((path + "/").StartsWith(settings.Dispatch.Dir + "/", StringComparison.Ordinal))
        {
            RefuseTree(DispatchReasons.WorktreeNotAllowed, $"The work tree '{path}' is in '{settings.Dispatch.Dir}' (Dispatch:Dir), where the jobs' own state is. Name another folder.");
        }
        else if (!Path.Exists(Path.Combine(path, ".git")))
        {
            RefuseTree(GateReasons.NotAGitRepo, $"The work tree '{path}' is not the top folder of a git work tree: it has no '.git'. Name the top folder (git rev-parse --show-toplevel), or run 'git init' there.");
        }
        else
        {
            return (path, await ReadTreeAsync(path, settings, cancellationToken));
        }

        return (path, null);
    }

    private void RefuseTree(string reasonCode, string details) => Refuse(DispatchExitCodes.WorktreeRefused, reasonCode, details);

    private async Task<WorkTreeState?> ReadTreeAsync(string path, BenchSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            return await WorkTreeState.ReadAsync(host.GitIn(path), before: null, settings.Dispatch.Dir, cancellationToken);
        }
        catch (GitException problem)
        {
            RefuseTree(problem.ReasonCode, $"{problem.Message} {problem.NextAction}");
            return null;
        }
    }
}
