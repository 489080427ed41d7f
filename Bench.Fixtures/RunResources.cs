using System.Globalization;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.OpenCode;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Gateway.Cassettes;
using Bench.Fixtures.Gateway.Faults;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Records;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Servers;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Workflows;
using Bench.Fixtures.Workflows.DxRunner;
using Bench.Fixtures.Workspaces;

namespace Bench.Fixtures;

/// <summary>What the jobs of a run share: redactor, gateway, workspaces, the agent server and the lanes.</summary>
internal sealed class RunResources : IAsyncDisposable
{
    private readonly Dictionary<string, IWorkflow> lanes = [];
    private readonly Dictionary<string, Prompt> prompts;
    private readonly PriceTable? prices;
    private AgentLocator? locator;
    private Cassette? cassette;
    private IReadOnlyList<AgentLocation> agents = [];
    private ModelGateway? gateway;
    private JobWorkspaces? workspaces;
    private JobWorkspace? serverWorkspace;
    private SharedOpenCodeServer? server;
    private FaultPlan? faults;
    private string? chargedJob;
    private RunGuard? guard;

    private RunResources(BenchInputs inputs, TimeProvider clock)
    {
        Inputs = inputs;
        Clock = clock;
        Mark = RunMark.New(inputs.Settings.RunId);
        prompts = inputs.Prompts.Prompts.ToDictionary(p => p.Id);
        prices = inputs.Settings.PricesFile is { } file ? PriceTable.Read(file) : null;
        Redactor = new Redactor(inputs.Secrets.Select(s => new KnownSecret(s.Name, s.Value)));
    }

    /// <summary>What the run was made from.</summary>
    public BenchInputs Inputs { get; }

    /// <summary>The clock of the whole run.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Is on every process of the run.</summary>
    public RunMark Mark { get; }

    /// <summary>Knows every secret of the run.</summary>
    public Redactor Redactor { get; private set; }

    /// <summary>How the jobs must end whose model fails on purpose; null when nobody has said it.</summary>
    public FaultExpectations? Expectations { get; private set; }

    /// <summary>The manifest, as it is written at the start.</summary>
    public Manifest Manifest { get; set; } = null!;

    /// <summary>The first problem of writing the run folder; null when there was none.</summary>
    public Exception? WriteProblem { get; set; }

    /// <summary>Why lines of the gateway's usage are missing; null when none are.</summary>
    public string? UsageProblem => gateway?.WriteProblem;

    /// <summary>Work trees and homes that could not be deleted.</summary>
    public IReadOnlyList<string> Leftovers => workspaces?.Leftovers ?? [];

    /// <summary>Processes of dead runs that were found and killed at the start, e.g. <c>2 of run 'bench-1'</c>; usually empty.</summary>
    public IReadOnlyList<string> Reaped { get; private set; } = [];

    /// <summary>The folder of the work trees and homes; null when they are deleted.</summary>
    public string? KeptWorkspaces => Settings.KeepWorkspaces ? workspaces?.Root : null;

    /// <summary>Secrets that the run made and that open nothing after it. The agents' own configuration holds them.</summary>
    public IReadOnlyList<string> Expired { get; private set; } = [];

    private BenchSettings Settings => Inputs.Settings;

    /// <summary>Finds the agents and starts the gateway. Nothing is written and no agent runs a job.</summary>
    /// <exception cref="BenchUsageException">Something that the run needs cannot be used.</exception>
    public static async Task<RunResources> OpenAsync(BenchInputs inputs, RunPlan plan, TimeProvider clock, CancellationToken cancellationToken)
    {
        var resources = new RunResources(inputs, clock);
        try
        {
            await resources.OpenAsync(plan, cancellationToken);
            return resources;
        }
        catch
        {
            await resources.DisposeAsync();
            throw;
        }
    }

    /// <summary>The prompt of a job.</summary>
    public Prompt PromptOf(Job job) => prompts[job.PromptId];

    /// <summary>The lane of a job, of the plan or down its route.</summary>
    public IWorkflow LaneOf(Job job) => lanes[job.WorkflowId];

    /// <summary>Start-up of the shared server, for jobs of its lanes; null for others.</summary>
    public TimeSpan? ServerStartupOf(Job job) => (lanes[job.WorkflowId] as IServerWorkflow)?.StartupLatency;

    /// <summary>Whether the server's start-up is charged to this job: the first of its lanes to end.</summary>
    public bool IsChargedForServer(Job job) =>
        ServerStartupOf(job) is not null && (Interlocked.CompareExchange(ref chargedJob, job.JobId, null) is null || chargedJob == job.JobId);

    /// <summary>The cost of an attempt in USD; null when unknown.</summary>
    public decimal? CostOf(Job job, AttemptOutcome outcome) =>
        prices?.CostOf(outcome.ModelSelected ?? ModelNames.Bare(WorkflowCatalog.Find(job.WorkflowId)!.Agent, job.Model), outcome.Tokens);

    /// <summary>The agents as they are now; one that is gone is left out.</summary>
    public async Task<IReadOnlyList<ManifestAgent>> AgentsNowAsync(CancellationToken cancellationToken)
    {
        var now = locator is null ? [] : await locator.FindAllAsync(agents.Select(a => a.Kind), cancellationToken);
        return [.. now.Where(a => a.Binary is not null).Select(a => RunFacts.AgentOf(a.Binary!))];
    }

    /// <summary>Stops the server, then the gateway, then removes the workspaces. Called again, it does nothing.</summary>
    public async Task StopAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        if (gateway is not null)
        {
            await gateway.DisposeAsync();
        }

        if (workspaces is not null)
        {
            await workspaces.DisposeAsync();
        }
    }

    /// <summary>Stops everything and dismisses the guard: what still runs after this is nobody's to kill.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        guard?.Dispose();
    }

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
        Manifest = Manifest.Of(Inputs.Prompts, Settings, plan, facts with { Cassette = RunFacts.CassetteOf(cassette) });
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
            ? ScriptedAnswers.Load(Settings.Gateway.ScriptedDir ?? Path.Combine(Path.GetDirectoryName(Inputs.Prompts.Path)!, "scripted"), plan.Jobs.Select(j => j.PromptId))
            : null;
        cassette = Settings.Profile == Profile.Replay ? Cassette.Read(Settings.Gateway.Cassette!) : null;
        Reaped = [.. ProcessReaper.KillOrphans().CountBy(run => run).Select(run => string.Create(CultureInfo.InvariantCulture, $"{run.Value} of run '{run.Key}'"))];
        faults = Settings.Gateway.FaultPlan is { } faultPlan ? FaultPlanReader.Read(faultPlan) : null;
        Expectations = ReadExpectations(plan);
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
            Clock = Clock,
        };
        var factory = new BenchLanes(Settings, agents.ToDictionary(a => a.Kind), scripts, cassette, global::System.Environment.GetEnvironmentVariable, services, openCode, server);
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

    private FaultExpectations? ReadExpectations(RunPlan plan)
    {
        var path = Settings.FaultExpectations ?? Path.Combine(Path.GetDirectoryName(Inputs.Prompts.Path)!, "chaos", "expectations.json");
        if (Settings.Faults.Count == 0 || (Settings.FaultExpectations is null && !File.Exists(path)))
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
        Timeout = Settings.Timeout,
        Directories = serverWorkspace!.Directories,
        LogPath = folder.ServerLog("opencode"),
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
