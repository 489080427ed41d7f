using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Gateway.Cassettes;
using Bench.Fixtures.Gateway.Faults;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Processes.Metering;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Records;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Servers;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Workflows;
using Bench.Fixtures.Workspaces;

namespace Bench.Fixtures;

/// <summary>What the jobs of a run share: redactor, gateway, workspaces, the agent server and the lanes.</summary>
internal sealed partial class RunResources : IAsyncDisposable
{
    private readonly Dictionary<string, IWorkflow> lanes = [];
    private readonly Dictionary<string, UpstreamTarget> upstreams = [];
    private readonly Dictionary<string, Prompt> prompts;
    private readonly PriceTable? prices;
    private readonly ProcessMeter meter = new();
    private AgentLocator? locator;
    private Cassette? cassette;
    private IReadOnlyList<AgentLocation> agents = [];
    private ModelGateway? gateway;
    private JobWorkspaces? workspaces;
    private JobWorkspace? serverWorkspace;
    private SharedOpenCodeServer? server;
    private FaultPlan? faults;
    private static readonly TimeSpan LeastClockStep = TimeSpan.FromSeconds(2);
    private readonly DateTimeOffset begunAt;
    private readonly long begun;
    private string? chargedJob;
    private RunGuard? guard;

    private RunResources(BenchInputs inputs, TimeProvider clock)
    {
        Inputs = inputs;
        Clock = clock;
        (begunAt, begun) = (clock.GetUtcNow(), clock.GetTimestamp());
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

    /// <summary>The agents of PATH that are not the pinned version, a sentence each; usually empty.</summary>
    public IEnumerable<string> VersionNotes => agents.Select(agent => agent.Binary?.VersionNote).OfType<string>();

    /// <summary>By how much the wall clock was set while the run went on, forward or back; null when it was not. Stamps are of that clock, durations are not.</summary>
    public TimeSpan? ClockStep => Clock.GetUtcNow() - begunAt - Clock.GetElapsedTime(begun) is var step && step.Duration() >= LeastClockStep ? step : null;

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

    /// <summary>The real provider of a workflow's lane; null where there is none.</summary>
    public UpstreamTarget? UpstreamOf(string workflowId) => upstreams.GetValueOrDefault(workflowId);

    /// <summary>Start-up of the shared server, for jobs of its lanes; null for others.</summary>
    public TimeSpan? ServerStartupOf(Job job) => (lanes[job.WorkflowId] as IServerWorkflow)?.StartupLatency;

    /// <summary>Whether the server's start-up is charged to this job: the first of its lanes to end.</summary>
    public bool IsChargedForServer(Job job) =>
        ServerStartupOf(job) is not null && (Interlocked.CompareExchange(ref chargedJob, job.JobId, null) is null || chargedJob == job.JobId);

    /// <summary>CPU time of the run's shared server, start-up and what no attempt asked for included; null without one, before its end and when unknown.</summary>
    public TimeSpan? ServerCpuTime => server?.Starts > 0 ? server.CpuTime : null;

    /// <summary>The cost of an attempt in USD; null when unknown.</summary>
    public decimal? CostOf(Job job, AttemptOutcome outcome) =>
        prices?.CostOf(outcome.ModelSelected ?? ModelNames.Bare(WorkflowCatalog.Find(job.WorkflowId)!.Agent, job.Model), outcome.Tokens);

    /// <summary>A record with the cost that the price table gives its attempts now; the record itself where that is the same.</summary>
    public JobRecord Priced(JobRecord record) => Repricing.Of(record, prices);

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
        meter.Dispose();
    }
}
