using System.CommandLine;
using Bench.Fixtures.Dispatches;

namespace Bench.Cli.Dispatch;

/// <summary><c>dotnet bench dispatch start</c>: checks a job, places it and returns; the job goes on without the caller.</summary>
internal static class StartCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliHost host)
    {
        var beads = DispatchOptions.Beads();
        var provider = new Option<string>("--provider") { Description = $"Who does the job: {string.Join(", ", DispatchProviders.All)}", HelpName = "NAME", Required = true };
        var promptFile = new Option<string>("--prompt-file") { Description = "The prompt, a UTF-8 text", HelpName = "FILE", Required = true };
        var promptId = new Option<string?>("--prompt-id") { Description = "The prompt's id, by which the embedded profile finds its scripted answer; made from the file's name when not given", HelpName = "ID" };
        var worktree = new Option<string?>("--worktree") { Description = "The git work tree that the agent works in; an empty one when not given", HelpName = "FOLDER" };
        var model = new Option<string?>("--model") { Description = "Another model than the settings'; needs --allow-model-override", HelpName = "NAME" };
        var allow = new Option<bool>("--allow-model-override") { Description = "Take --model although it is not the policy's" };
        var commit = new Option<bool>("--require-commit-artifact") { Description = "The job fails (44) when it made no commit in the work tree" };
        var queue = new Option<bool>("--queue") { Description = "Wait for a slot of the provider instead of ending with 26" };
        var options = new DispatchOptions();
        var command = new Command("start", """
            Start a detached job and return. It goes on when the caller and its terminal are gone.
            Exit code 0, or 1 already running, 20 unknown provider, 21 preflight failed, 22 work tree, 25 model not served, 26 no slot free, 27 not on this machine, 28 model override blocked, 64 usage.

            Examples:
              dotnet bench dispatch start --beads bd-1 --provider opencode --prompt-file task.prompt
              dotnet bench dispatch start --beads bd-2 --provider gemini --prompt-file task.prompt --worktree ../tree --queue --json
            """) { beads, provider, promptFile, promptId, worktree, model, allow, commit, queue };
        options.AddTo(command);
        DispatchOptions.SetAction(command, host, async (result, cancellationToken) =>
        {
            var tree = result.GetValue(worktree);
            var request = new StartRequest
            {
                Beads = result.GetRequiredValue(beads),
                Provider = result.GetRequiredValue(provider),
                PromptFile = Path.GetFullPath(result.GetRequiredValue(promptFile), host.CurrentFolder),
                PromptId = result.GetValue(promptId),
                Worktree = tree is null ? null : Path.GetFullPath(tree, host.CurrentFolder),
                Model = result.GetValue(model),
                AllowModelOverride = result.GetValue(allow),
                RequireCommitArtifact = result.GetValue(commit),
                Queue = result.GetValue(queue),
                Project = options.ProjectOf(result, host),
                ReadSettings = own => options.Read(result, host, own),
            };
            return await RunAsync(request, new StartOutput(host, request, result.GetValue(CommandLine.Json)), host, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(StartRequest request, StartOutput output, CliHost host, CancellationToken cancellationToken)
    {
        var checks = new StartChecks(request, host);
        if (await checks.RunAsync(cancellationToken) is not { } start)
        {
            return output.Refused(checks.Refusals);
        }

        var store = WorkerProgram.StoreOf(start.Settings.Dispatch, host);
        var placement = store.Place(start.Job, start.Prompt, start.Tree, request.Queue);
        if (placement.Alive is { } alive)
        {
            var how = alive.IsQueued ? "queued" : "in flight";
            return output.Refused([new(DispatchExitCodes.Failed, DispatchReasons.AlreadyRunning, $"A job '{request.Beads}' is {how} on {alive.Job.Provider}. Wait for its end, stop it (dotnet bench dispatch stop --beads {request.Beads}), or take another id.")]);
        }

        if (placement.Entry is not { } entry)
        {
            return output.Refused([new(DispatchExitCodes.CapExceeded, DispatchReasons.CapExceeded, NoSlot(request, placement))]);
        }

        return output.Placed(entry, placement);
    }

    // A slot that is free belongs to the first who waits, though this process may lack its key and cannot start it.
    private static string NoSlot(StartRequest request, DispatchPlacement placement) =>
        placement.Waiting is [var first, ..]
            ? $"{request.Provider} has jobs that wait for a slot (Dispatch:Limits), and they come first: {Names(placement.Waiting)}.{KeyOf(first)} Let the job wait behind them: --queue."
            : $"{request.Provider} has as many jobs in flight as it may (Dispatch:Limits): {Names(placement.Holders)}. Wait for one of them, or let the job wait: --queue.";

    private static string KeyOf(DispatchEntry first) =>
        first.Job.KeyVariable is { } variable ? $" '{first.Job.Beads}' is started by a command that has {variable} in its environment." : "";

    private static string Names(IReadOnlyList<DispatchEntry> jobs) => string.Join(", ", jobs.Select(job => $"'{job.Job.Beads}'"));
}
