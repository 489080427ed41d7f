using System.Text.Json.Nodes;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.OpenCode;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Servers;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Tests.Servers;
using Bench.Fixtures.Workflows;
using Bench.Fixtures.Workspaces;

namespace Bench.Fixtures.Tests.Workflows;

/// <summary>
/// The real <c>opencode</c> on all three lanes, against the real gateway, which answers from a script or forwards to <see cref="StubModel"/>.
/// The folders above the work trees hold configuration that would break or betray an agent that reads it.
/// </summary>
public sealed class OpenCodeBed : IAsyncLifetime
{
    public const string Model = "zhipuai-coding-plan/glm-5";
    public const string Canary = "canary-of-the-folders-above";

    /// <summary>Four seconds of processor time per agent, on a machine that has other work too.</summary>
    public const int TimeoutMs = 240_000;

    private readonly TestFolder folder = new();
    private readonly FakeOpenCode? fake;
    private readonly TimeSpan quietPeriod = TimeSpan.FromSeconds(10);
    private readonly RunMark run = RunMark.New("opencode-bed");
    private readonly string password = OpenCodeServer.NewPassword();
    private ModelGateway gateway = null!;
    private JobWorkspaces workspaces = null!;
    private LaneServices services = null!;

    /// <summary>The real program.</summary>
    public OpenCodeBed()
    {
    }

    /// <summary>A fake of the server and its client.</summary>
    internal OpenCodeBed(FakeOpenCode fake, TimeSpan quietPeriod)
    {
        this.fake = fake;
        this.quietPeriod = quietPeriod;
    }

    internal LoopbackServer Provider { get; private set; } = null!;

    public SharedOpenCodeServer Server { get; private set; } = null!;

    /// <summary>The secret that prompts and answers of tests mention.</summary>
    public string Token => gateway.Token;

    public string ServerLog => folder.At("raw", "opencode__server.log");

    public string EventsLog(string prompt) => folder.At("raw", $"{prompt}.events.ndjson");

    /// <summary>Processes of this bed that are alive.</summary>
    public int Alive => ProcessReaper.Count(run);

    public async ValueTask InitializeAsync()
    {
        folder.Write("AGENTS.md", Canary);
        folder.Write("opencode.json", "{ this is no configuration");
        Directory.CreateDirectory(folder.At("raw"));
        Provider = await StubModel.StartAsync();
        gateway = await ModelGateway.StartAsync(new GatewayOptions { Clock = TimeProvider.System, Models = ["glm-5"] }, CancellationToken.None);
        workspaces = JobWorkspaces.Create(run, folder.Path);
        services = new LaneServices
        {
            Gateway = gateway,
            Redactor = new Redactor([new KnownSecret("gateway token", gateway.Token), new KnownSecret("server password", password)]),
            Workspaces = workspaces,
            Classify = FailureClassifier.Classify,
            Clock = TimeProvider.System,
            ExitGrace = fake is null ? TimeSpan.FromSeconds(10) : TimeSpan.FromSeconds(1),
            ErrorExitGrace = fake is null ? TimeSpan.FromSeconds(60) : TimeSpan.FromSeconds(1),
        };
        var options = await ServerOptionsAsync();
        Server = new SharedOpenCodeServer(fake is null ? options : options with { Binary = FakeBinary(fake), ChoosePort = () => fake.Api.Address.Port });
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await workspaces.DisposeAsync();
        await gateway.DisposeAsync();
        await Provider.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>A lane whose model answers from a script.</summary>
    public IWorkflow Lane(string workflowId, ScriptedAnswer script) =>
        Lane(workflowId, new ModelSource { Scripts = new Dictionary<string, ScriptedAnswer> { [script.PromptId] = script } });

    /// <summary>A lane whose model is the misbehaving provider.</summary>
    public IWorkflow MisbehavingLane(string workflowId) =>
        Lane(workflowId, new ModelSource { Upstream = new UpstreamTarget($"{Provider.Address}v1", "upstream-key-0123456789") });

    public AttemptRequest Request(string workflowId, Prompt prompt, string model = Model, double timeoutSeconds = 200, int attempt = 0) => new()
    {
        RunId = run.RunId,
        Job = new Job
        {
            JobId = Job.IdOf(workflowId, prompt.Id, 1),
            Ordinal = 0,
            WorkflowId = workflowId,
            System = "opencode",
            WorkflowKind = WorkflowCatalog.Find(workflowId)!.Kind,
            PromptId = prompt.Id,
            PromptCategory = prompt.Category,
            PromptTitle = prompt.Title,
            Trial = 1,
            Model = model,
            Provider = "zhipuai-coding-plan",
        },
        Attempt = attempt,
        Prompt = prompt,
        Timeout = TimeSpan.FromSeconds(timeoutSeconds),
        StallThreshold = TimeSpan.FromSeconds(200),
        StdoutLogPath = folder.At("raw", $"{prompt.Id}.stdout.log"),
        StderrLogPath = folder.At("raw", $"{prompt.Id}.stderr.log"),
        EventsLogPath = EventsLog(prompt.Id),
    };

    private IWorkflow Lane(string workflowId, ModelSource models) => workflowId switch
    {
        WorkflowCatalog.OpenCodeServerHttp => new OpenCodeServerHttpLane(Server, models, services),
        WorkflowCatalog.OpenCodeServerAttachRun => new OpenCodeServerAttachLane(Server, models, services),
        _ => new HeadlessLane(WorkflowCatalog.Find(workflowId)!, new OpenCodeAgent(Options()), Binary(), models, services),
    };

    private async Task<OpenCodeServerOptions> ServerOptionsAsync() => new()
    {
        Run = run,
        Binary = Binary(),
        OpenCode = Options(),
        Model = Model,
        BaseUrl = gateway.SharedBaseUrl,
        Token = gateway.Token,
        Password = password,
        Timeout = TimeSpan.FromSeconds(200),
        StartLimit = TimeSpan.FromSeconds(200),
        Directories = (await workspaces.CreateAsync("opencode_server", 0, CancellationToken.None)).Directories,
        LogPath = ServerLog,
        Redactor = services.Redactor,
        Clock = TimeProvider.System,
        QuietPeriod = quietPeriod,
    };

    private static AgentBinary FakeBinary(FakeOpenCode fake) =>
        Binary() with { Path = "/bin/sh", LeadingArguments = fake.Program, Version = "0.0.1" };

    private static OpenCodeOptions Options() => new() { KnownModels = [Model], RipgrepPath = Locator.FindRipgrep() };

    private static AgentLocator Locator => new(new AgentSettings { Dir = Agents }, searchPath: null);

    /// <summary>As the locator would find it, without the second that asking its version takes.</summary>
    private static AgentBinary Binary() => new()
    {
        Kind = AgentKind.OpenCode,
        Path = Path.Combine(Agents, "node_modules", "opencode-linux-x64", "bin", "opencode"),
        FoundIn = "agents",
        Version = (string)JsonNode.Parse(File.ReadAllText(Path.Combine(Agents, "node_modules", "opencode-ai", "package.json")))!["version"]!,
        Sha256 = "00",
    };

    private static string Agents => Path.Combine(TestFolder.RepositoryRoot, "agents");
}
