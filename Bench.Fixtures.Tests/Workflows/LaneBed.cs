using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Tests.Gateway;
using Bench.Fixtures.Workflows;
using Bench.Fixtures.Workspaces;

namespace Bench.Fixtures.Tests.Workflows;

/// <summary>All that a lane needs for one attempt: a gateway with a script, workspaces, a redactor that knows a planted secret, log paths.</summary>
internal sealed class LaneBed : IAsyncDisposable
{
    public const string Secret = "planted-canary-4711";

    private readonly TestFolder folder = new();

    private LaneBed(ModelGateway gateway, ScriptedAnswer script)
    {
        Models = new ModelSource { Scripts = new Dictionary<string, ScriptedAnswer> { ["p1"] = script } };
        var redactor = new Redactor([new KnownSecret("gateway token", gateway.Token), new KnownSecret("planted", Secret)]);
        Workspaces = JobWorkspaces.Create(Run, folder.Path);
        Services = new LaneServices
        {
            Gateway = gateway,
            Redactor = redactor,
            Workspaces = Workspaces,
            Classify = FailureClassifier.Classify,
            Clock = TimeProvider.System,

            // Real agents, whose exit codes are looked at, take their time to end on a busy machine.
            ErrorExitGrace = TimeSpan.FromSeconds(60),
        };
    }

    public RunMark Run { get; } = RunMark.New("test");

    /// <summary>What stands behind the model: the script.</summary>
    public ModelSource Models { get; set; }

    public JobWorkspaces Workspaces { get; }

    public LaneServices Services { get; set; }

    /// <summary>The attempt that the lane is asked for; its prompt is the gateway tests' own.</summary>
    public required AttemptRequest Request { get; set; }

    public string StdoutLog => File.ReadAllText(Request.StdoutLogPath);

    public string StderrLog => File.ReadAllText(Request.StderrLogPath);

    public static async Task<LaneBed> StartAsync(
        WorkflowDescription workflow, string model, ScriptedAnswer? script = null, Func<GatewayOptions, GatewayOptions>? configure = null, string prompt = GatewayBed.Prompt)
    {
        var options = (configure ?? (o => o))(GatewayBed.Options);
        var gateway = await ModelGateway.StartAsync(options, TestContext.Current.CancellationToken);
        var bed = new LaneBed(gateway, script ?? GatewayBed.Script("PONG")) { Request = null! };
        Directory.CreateDirectory(bed.folder.At("raw"));
        bed.Request = new AttemptRequest
        {
            RunId = bed.Run.RunId,
            Job = new Job
            {
                JobId = Job.IdOf(workflow.Id, "p1", 1), Ordinal = 0, WorkflowId = workflow.Id, System = workflow.System, WorkflowKind = workflow.Kind,
                PromptId = "p1", PromptCategory = "c", PromptTitle = "t", Trial = 1, Model = model, Provider = workflow.System,
            },
            Attempt = 0,
            Prompt = new Prompt { Id = "p1", Category = "c", Title = "t", Text = prompt },
            Timeout = TimeSpan.FromSeconds(150),
            StallThreshold = TimeSpan.FromSeconds(150),
            StdoutLogPath = bed.folder.At("raw", "job__attempt0.stdout.log"),
            StderrLogPath = bed.folder.At("raw", "job__attempt0.stderr.log"),
            EventsLogPath = bed.folder.At("raw", "job__attempt0.events.ndjson"),
        };
        return bed;
    }

    public Task<AttemptOutcome> RunAsync(WorkflowDescription workflow, IHeadlessAgent agent, AgentBinary binary, CancellationToken? cancellationToken = null) =>
        new HeadlessLane(workflow, agent, binary, Models, Services).RunAsync(Request, cancellationToken ?? TestContext.Current.CancellationToken);

    /// <summary>Writes a file above the work tree, where a user's own configuration may stand.</summary>
    public void Plant(string relativePath, string text) => folder.Write(relativePath, text);

    /// <summary>Whether a file above the work tree is there.</summary>
    public bool IsThere(string relativePath) => File.Exists(folder.At(relativePath));

    /// <summary>The absolute path of a file above the work tree.</summary>
    public string PathOf(string relativePath) => folder.At(relativePath);

    /// <summary>How many processes carry the attempt's marks; 0 when none was left behind.</summary>
    public int Alive => ProcessReaper.Count(Run);

    public async ValueTask DisposeAsync()
    {
        await Services.Gateway.DisposeAsync();
        await Workspaces.DisposeAsync();
        folder.Dispose();
    }
}
