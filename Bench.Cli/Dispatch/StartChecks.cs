using System.Security.Cryptography;
using Bench.Cli.Commands;
using Bench.Cli.Preflight;
using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Workflows;

namespace Bench.Cli.Dispatch;

/// <summary>A job that may be started.</summary>
internal sealed record CheckedStart(DispatchJob Job, byte[] Prompt, WorkTreeState? Tree, BenchSettings Settings);

/// <summary>Everything that is looked at before a job is placed; what is wrong is gathered, so that all of it is named at once.</summary>
internal sealed partial class StartChecks(StartRequest request, CliHost host)
{
    private readonly List<string> usage = [];
    private readonly List<StartRefusal> refusals = [];

    /// <summary>What keeps the job from being started, the gravest first; empty when nothing does.</summary>
    public IReadOnlyList<StartRefusal> Refusals => [.. refusals.OrderBy(refusal => Array.IndexOf(ByGravity, refusal.ExitCode))];

    private static readonly int[] ByGravity =
    [
        DispatchExitCodes.UnknownProvider, DispatchExitCodes.ModelOverrideBlocked, DispatchExitCodes.ModelUnavailable, DispatchExitCodes.WorktreeRefused,
        DispatchExitCodes.ModeUnsupported, DispatchExitCodes.PreflightFailed,
    ];

    /// <summary>Checks the request; null when <see cref="Refusals"/> has something.</summary>
    /// <exception cref="BenchUsageException">Arguments, settings or files are wrong; names all, refusals too.</exception>
    public async Task<CheckedStart?> RunAsync(CancellationToken cancellationToken)
    {
        CheckId();
        var prompt = ReadPrompt();
        var promptId = CheckPromptId();
        var workflow = DispatchProviders.WorkflowOf(request.Provider);
        if (workflow is null)
        {
            Refuse(DispatchExitCodes.UnknownProvider, DispatchReasons.UnknownProvider, DispatchProviders.Unknown(request.Provider));
        }

        if (!host.CanDetach)
        {
            Refuse(DispatchExitCodes.ModeUnsupported, DispatchReasons.ExecutionModeUnsupported, "Detached jobs need Linux (x64 or arm64, kernel 5.3 or later). Run the prompt by 'dotnet test', or dispatch it on such a machine.");
        }

        var settings = ReadSettings(workflow);
        if (settings is not null)
        {
            CheckSettings(settings);
            CheckScript(settings, promptId);
            CheckSecrets(settings, prompt);
        }

        var model = settings is null || workflow is null ? null : CheckModel(settings, workflow);
        var (worktree, tree) = settings is null ? (null, null) : await CheckWorktreeAsync(settings, cancellationToken);
        if (usage.Count > 0)
        {
            throw new BenchUsageException([.. usage, .. Refusals.Select(refusal => refusal.Details)]);
        }

        if (refusals.Count == 0)
        {
            await CheckLaneAsync(settings!, cancellationToken);
        }

        return refusals.Count > 0 ? null : new(JobOf(settings!, promptId, prompt, model!, worktree, tree), prompt, tree, settings!);
    }

    private void Refuse(int exitCode, string reasonCode, string details) => refusals.Add(new(exitCode, reasonCode, details));

    private BenchSettings? ReadSettings(WorkflowDescription? workflow)
    {
        try
        {
            return request.ReadSettings(workflow is null ? [] : [new GivenOption("Workflows", workflow.Id, "--provider")]);
        }
        catch (BenchUsageException problem)
        {
            usage.AddRange(problem.Problems);
            return null;
        }
    }

    // A dispatched job is one job and one attempt.
    private void CheckSettings(BenchSettings settings)
    {
        if (settings.RerunOf is not null)
        {
            usage.Add("Rerun is set, but a dispatched job is one prompt. Leave it unset; start the job again.");
        }

        if (settings.Resume)
        {
            usage.Add("Resume is set, but a dispatched job is never gone on with. Leave it unset; start the job again.");
        }

        if (settings.Faults.Count > 0)
        {
            usage.Add($"Faults is '{string.Join(", ", settings.Faults)}', but a dispatched job is no benchmark of faults. Leave it unset.");
        }

        if (settings.Soak is { } soak)
        {
            usage.Add(FormattableString.Invariant($"Soak:Rounds is '{soak.Rounds}', but a dispatched job is no soak. Leave it and the other settings of Soak unset."));
        }

        if (settings.Gateway.RecordTo is { } cassette)
        {
            usage.Add($"Gateway:RecordTo is '{cassette}', but jobs that are dispatched side by side cannot share a recording. Leave it unset.");
        }
    }

    private void CheckScript(BenchSettings settings, string promptId)
    {
        if (settings.Profile != Profile.Embedded || !PromptSetReader.IsId(promptId))
        {
            return;
        }

        try
        {
            ScriptedAnswers.Load(settings.ScriptedDir, [promptId]);
        }
        catch (BenchUsageException problem)
        {
            usage.AddRange(problem.Problems.Select(text => $"{text} Or ask the real provider: --set Profile=live."));
        }
    }

    private string CheckModel(BenchSettings settings, WorkflowDescription workflow)
    {
        var policy = settings.Model.Of(workflow);
        var model = request.Model ?? policy;
        if (model != policy && !request.AllowModelOverride)
        {
            Refuse(
                DispatchExitCodes.ModelOverrideBlocked,
                DispatchReasons.ModelOverrideBlocked,
                $"--model is '{model}', but the policy for {request.Provider} is '{policy}'. Leave --model out, or say --allow-model-override.");
        }

        if (workflow.Agent == AgentKind.OpenCode && !model.Contains('/', StringComparison.Ordinal))
        {
            usage.Add($"--model is '{model}', but OpenCode's models are named 'provider/model'.");
        }

        if (settings.Profile == Profile.Embedded && !settings.Gateway.Models.Contains(ModelNames.Bare(workflow.Agent, model)))
        {
            var routes = DispatchProviders.RoutesFrom(request.Provider);
            var route = routes.Count == 0 ? "There is no further route." : $"The route is {string.Join(", then ", routes.Select(other => $"--provider {other}"))}.";
            Refuse(
                DispatchExitCodes.ModelUnavailable,
                DispatchReasons.ModelUnavailable,
                $"The model '{model}' is not served: the embedded profile serves {string.Join(", ", settings.Gateway.Models.Select(served => $"'{served}'"))} (Gateway:Models). It is never changed for you. {route}");
        }

        return model;
    }

    // Quick: the agent and its version. A real try is 'dispatch preflight'.
    private async Task CheckLaneAsync(BenchSettings settings, CancellationToken cancellationToken)
    {
        var report = await PreflightCommand.ReportAsync(host, settings, new Dictionary<string, LaneProbe>(), cancellationToken);
        foreach (var lane in report.Lanes.Where(lane => !lane.Passed))
        {
            Refuse(DispatchExitCodes.PreflightFailed, DispatchReasons.PreflightFailed, $"{request.Provider} is not ready: {lane.ReasonCode}: {lane.Details}");
        }
    }

    private DispatchJob JobOf(BenchSettings settings, string promptId, byte[] prompt, string model, string? worktree, WorkTreeState? tree) => new()
    {
        Beads = request.Beads,
        Provider = request.Provider,
        RunInstance = "",
        Retries = 0,
        Profile = SettingNames.Of(settings.Profile),
        Model = model,
        ModelOverrideAllowed = request.AllowModelOverride,
        Repo = worktree is null ? null : Path.GetFileName(worktree),
        Worktree = worktree,
        StartHeadCommit = tree?.HeadCommit,
        RequireCommitArtifact = request.RequireCommitArtifact,
        PromptFile = request.PromptFile,
        PromptId = promptId,
        PromptSha256 = Convert.ToHexStringLower(SHA256.HashData(prompt)),
        Version = typeof(BenchRun).Assembly.GetName().Version!.ToString(3),
        Host = Environment.MachineName,
        Cwd = host.CurrentFolder,
        CreatedAt = host.TimeProvider.GetUtcNow(),
        KeyVariable = settings.Profile == Profile.Live ? settings.Live.GetValueOrDefault(request.Provider)?.KeyVariable : null,
        Project = request.Project,
        Settings = DispatchRunInputs.Freeze(settings),
    };
}
