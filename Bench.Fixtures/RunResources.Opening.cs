using System.Globalization;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.OpenCode;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Gateway.Cassettes;
using Bench.Fixtures.Gateway.Faults;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Servers;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Workflows;
using Bench.Fixtures.Workflows.DxRunner;
using Bench.Fixtures.Workspaces;

namespace Bench.Fixtures;

// How they are found, started and checked before the first job.
internal sealed partial class RunResources
{
    private async Task OpenAsync(RunPlan plan, CancellationToken cancellationToken)
    {
        var planned = plan.Jobs.Select(j => j.WorkflowId).Distinct().ToList();
        var workflows = planned.Select(id => WorkflowCatalog.Find(id)!).Union(FallbackRoute.Of(planned, Settings.Fallback)).ToList();
        if (Settings.Profile == Profile.DryRun)
        {
            workflows.ForEach(w => lanes[w.Id] = new DryRunLane(neverFails: Settings.Soak is not null));
        }
        else if (Settings.Soak?.Dispatcher is { } dispatcher)
        {
            await OpenDispatchedLanesAsync(dispatcher, plan, workflows, cancellationToken);
        }
        else
        {
            await OpenLanesAsync(plan, workflows, cancellationToken);
        }

        var found = agents.Where(a => a.Binary is not null).Select(a => RunFacts.AgentOf(a.Binary!)).ToList();
        var node = agents.Any(a => a.Kind == AgentKind.Gemini) ? await locator!.NodeVersionAsync(cancellationToken) : null;
        var facts = await RunFacts.GatherAsync(Settings, found, node, Mark.Value, Clock, cancellationToken);
        Manifest = Manifest.Of(Inputs.Prompts, Settings, plan, facts with
        {
            Cassette = RunFacts.CassetteOf(cassette),
            Files = RunFacts.FilesOf(Settings, plan),
            RerunOf = RerunJobs.NameOf(Settings, plan),
        });
    }

    private async Task OpenDispatchedLanesAsync(string dispatcher, RunPlan plan, List<WorkflowDescription> workflows, CancellationToken cancellationToken)
    {
        var runner = DxRunnerCli.OfProcess(dispatcher, Clock);
        var refused = await DxRunnerPreflight.CheckAsync(runner, workflows.Select(workflow => workflow.System), cancellationToken);
        if (refused.Count > 0)
        {
            throw new BenchUsageException([.. refused.Select(provider => $"The soak was not begun. {provider.Value.Evidence} {FailureAdvice.For(provider.Value)}")]);
        }

        workspaces = JobWorkspaces.Create(Mark, keep: Settings.KeepWorkspaces, workTree: Settings.WorkTree);
        guard = RunGuard.Start(Mark, Settings.KeepWorkspaces ? null : workspaces.Root, Clock);
        var beads = plan.Jobs.GroupBy(job => (job.Trial, job.System))
            .SelectMany(jobs => jobs.Select((job, index) => (job.JobId, Id: Job.BeadsIdOf(Settings.RunId, job.Trial, job.System, index))))
            .ToDictionary(entry => entry.JobId, entry => entry.Id);
        workflows.ForEach(w => lanes[w.Id] = new DxRunnerLane(runner, workspaces, Redactor, Clock, job => beads[job.JobId]));
    }

    private async Task OpenLanesAsync(RunPlan plan, List<WorkflowDescription> workflows, CancellationToken cancellationToken)
    {
        // Files first: a missing script is found before anything starts.
        var scripts = Settings.Profile == Profile.Embedded
            ? ScriptedAnswers.Load(Settings.ScriptedDir, plan.Jobs.Select(j => j.PromptId))
            : null;
        cassette = Settings.Profile == Profile.Replay ? Cassette.Read(Settings.Gateway.Cassette!) : null;
        Reaped = [.. ProcessReaper.KillOrphans().CountBy(run => run).Select(run => string.Create(CultureInfo.InvariantCulture, $"{run.Value} of run '{run.Key}'"))];
        faults = Settings.Gateway.FaultPlan is { } faultPlan ? FaultPlanReader.Read(faultPlan) : null;
        Expectations = ReadExpectations(Inputs, plan);
        var folder = RunFolder.Of(Settings.OutputDir, Settings.RunId);
        locator = new AgentLocator(Settings.Agents, global::System.Environment.GetEnvironmentVariable("PATH"));
        agents = await locator.FindAllAsync(workflows.Select(w => w.Agent).Distinct(), cancellationToken);

        RefuseMissingAgents();

        // A recording keeps out all secrets but the token, which the gateway makes itself.
        var password = OpenCodeServer.NewPassword();
        Redactor = Redactor.With(new KnownSecret("server-password", password));
        gateway = await ModelGateway.StartAsync(GatewayOptionsOf(folder), cancellationToken);
        Redactor = Redactor.With(new KnownSecret("gateway-token", gateway.Token));
        Expired = [gateway.Token, password];
        workspaces = JobWorkspaces.Create(Mark, keep: Settings.KeepWorkspaces, workTree: Settings.WorkTree);
        guard = RunGuard.Start(Mark, Settings.KeepWorkspaces ? null : workspaces.Root, Clock);
        var openCode = new OpenCodeOptions { KnownModels = KnownOpenCodeModels(), RipgrepPath = locator.FindRipgrep(), AgentRetries = Settings.AgentRetries };
        if (workflows.Any(w => w.Kind == WorkflowKind.Server) && agents.First(a => a.Kind == AgentKind.OpenCode).Binary is { } binary)
        {
            serverWorkspace = await workspaces.CreateForServerAsync("opencode_serve", cancellationToken);
            server = new SharedOpenCodeServer(ServerOptionsOf(folder, binary, openCode, password));
        }

        var services = new LaneServices
        {
            Gateway = gateway,
            Redactor = Redactor,
            Workspaces = workspaces,
            Classify = FailureClassifier.Classify,
            Meter = meter,
            Clock = Clock,
            MaxLogBytes = Settings.MaxLogBytes,
        };
        var factory = new BenchLanes(Settings, agents.ToDictionary(a => a.Kind), scripts, cassette, global::System.Environment.GetEnvironmentVariable, services, openCode, server, upstreams);
        workflows.ForEach(w => lanes[w.Id] = factory.Of(w));
    }

    // A soak signs lanes off: one that cannot run is known before anything is spent, and all such lanes at once.
    private void RefuseMissingAgents()
    {
        if (Settings.Soak is not null && agents.Select(agent => agent.Missing).OfType<MissingAgent>().ToList() is { Count: > 0 } missing)
        {
            throw new BenchUsageException([.. missing.Select(agent => $"The soak was not begun. {agent.Message}")]);
        }
    }

    /// <summary>Where the expectations are when no setting says it.</summary>
    public static string DefaultExpectations(BenchSettings settings) => Path.Combine(Path.GetDirectoryName(settings.PromptsFile)!, "chaos", "expectations.json");

    /// <summary>How the jobs must end whose model fails on purpose; null when nobody has said it.</summary>
    internal static FaultExpectations? ReadExpectations(BenchInputs inputs, RunPlan plan)
    {
        var settings = inputs.Settings;
        var path = settings.FaultExpectations ?? DefaultExpectations(settings);
        if (settings.Faults.Count == 0 || (settings.FaultExpectations is null && !File.Exists(path)))
        {
            return null;
        }

        var expectations = FaultExpectationsReader.Parse(File.ReadAllBytes(path), path);
        expectations.CheckCovers(plan);
        return expectations;
    }

    private GatewayOptions GatewayOptionsOf(RunFolder folder) => new()
    {
        Port = Settings.Gateway.Port,
        UsagePath = folder.GatewayUsage,
        FailuresPath = folder.GatewayFailures,
        Redactor = Redactor,
        Clock = Clock,
        FirstTokenDelay = Settings.Gateway.FirstTokenDelay,
        TokensPerSecond = Settings.Gateway.TokensPerSecond,
        Jitter = Settings.Gateway.Jitter,
        Seed = Settings.Seed,
        AnswerAs = Settings.Gateway.AnswerAs,
        Models = cassette?.Models ?? Settings.Gateway.Models,
        Faults = faults,
        Recording = Settings.Gateway.RecordTo is { } path ? new CassetteRecording { Path = path, Header = CassetteHeaderNow(), Redactor = Redactor } : null,
        ReplayPace = Settings.Gateway.ReplayPace,
    };

    private CassetteHeader CassetteHeaderNow() => new()
    {
        RecordedAt = CassetteHeader.Stamp(Clock.GetUtcNow()),
        Bench = typeof(RunResources).Assembly.GetName().Version!.ToString(3),
        Profile = SettingNames.Of(Settings.Profile),
        Agents = agents.Where(a => a.Binary is not null).ToDictionary(a => SettingNames.Of(a.Kind), a => a.Binary!.Version),
    };

    private OpenCodeServerOptions ServerOptionsOf(RunFolder folder, AgentBinary binary, OpenCodeOptions openCode, string password) => new()
    {
        Run = Mark,
        Binary = binary,
        OpenCode = openCode,
        Model = Settings.Model.OpenCode,
        BaseUrl = gateway!.SharedBaseUrl,
        Token = gateway.Token,
        Password = password,
        Meter = meter,
        Timeout = Settings.Timeout,
        Directories = serverWorkspace!.Directories,
        LogPath = folder.ServerLog("opencode"),
        MaxLogBytes = Settings.MaxLogBytes,
        Redactor = Redactor,
        Clock = Clock,
    };

    // Embedded: what the scripted model serves, under the lane's own provider. Live: the model asked for; the provider has the last word.
    private IReadOnlyList<string> KnownOpenCodeModels()
    {
        var slash = Settings.Model.OpenCode.IndexOf('/', StringComparison.Ordinal);
        var provider = slash < 0 ? "bench" : Settings.Model.OpenCode[..slash];
        return Settings.Profile == Profile.Embedded ? [.. Settings.Gateway.Models.Select(m => $"{provider}/{m}")] : [Settings.Model.OpenCode];
    }
}
