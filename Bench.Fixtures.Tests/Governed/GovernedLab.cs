using System.CommandLine;
using System.Runtime.Versioning;
using System.Text.Json;
using Bench.Cli;
using Bench.Cli.Commands;
using Bench.Cli.Governed;
using Bench.Cli.Preflight;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;
using Bench.Fixtures.Tests.Gates;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Governed;

/// <summary>
/// A benchmark project in a real git repository, and <c>dotnet bench governed</c> or <c>progressive</c> run on it within this process. The
/// lanes' tries are the test's own, and so is the launch: it leaves the run folder that <c>dotnet test</c> would, from the same settings.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class GovernedLab : IDisposable
{
    private static readonly string[] TriedLanes = ["cc_glm_headless", "opencode_run_headless", "opencode_server_http"];
    private static readonly string[] PromptIds = ["coding_ability_1", "coding_ability_2", "latency_speed_1", "robustness_partial_context_1"];

    private readonly GitLab git = new();
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();
    private readonly TimeProvider clock = new TickingTime();

    /// <summary>The work tree.</summary>
    public string Root => git.Main;

    public GitLab Git => git;

    public string OutputDir => Path.Combine(Root, "artifacts", "runs");

    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Standard output of all commands so far.</summary>
    public string Output => output.ToString();

    public string Error => error.ToString();

    /// <summary>What the launch was asked for, in order.</summary>
    public List<LaunchRequest> Launches { get; } = [];

    /// <summary>Changes what the launch leaves, by run id and record.</summary>
    public Func<JobRecord, JobRecord?> Record { get; set; } = record => record;

    /// <summary>Takes the place of the launch; null leaves a run folder.</summary>
    public Func<LaunchRequest, CancellationToken, Task<GovernanceLaunch>>? Launch { get; set; }

    /// <summary>Done with the run folder before the launch returns.</summary>
    public Action<RunFolder> AfterRun { get; set; } = _ => { };

    /// <summary>What the try of a lane shows.</summary>
    public LaneProbeResult Probe { get; set; } = new() { ModelAvailable = true, AuthProbeOk = true, SelectedModel = "glm-5" };

    /// <summary>Takes the place of the try of a lane; null gives <see cref="Probe"/>.</summary>
    public Func<LaneProbeResult>? Try { get; set; }

    /// <summary>How often a lane was tried.</summary>
    public int Probed { get; private set; }

    /// <summary>The repository with two commits.</summary>
    public static async Task<GovernedLab> CreateAsync()
    {
        var lab = new GovernedLab();
        await lab.git.InitAsync();
        // The projects of Bench's own solution share its folder: relative paths start there.
        lab.Write("Bench.sln", "");
        lab.Write("Bench.Tests/bench.json", """{ "Workflows": ["cc_glm_headless", "opencode_run_headless"], "OutputDir": "artifacts/runs" }""");
        lab.Write("Bench.Tests/Bench.Tests.csproj", "<Project />");
        lab.Write("prompts/benchmark_prompts.json", $$"""
            { "version": 1, "name": "four", "prompts": [ {{string.Join(", ", PromptIds.Select(id => $$"""{ "id": "{{id}}", "category": "c", "title": "t", "prompt": "p" }"""))}} ] }
            """);
        await lab.git.CommitAsync(".gitignore", "artifacts/\ngiven/\n");
        await lab.git.GitAsync("main", "add", "--all");
        await lab.git.GitAsync("main", "commit", "--quiet", "-m", "project");
        lab.Environment["PATH"] = GitLab.SearchPath;
        lab.Environment["BENCH__Agents__SearchPath"] = "false";
        lab.Environment["BENCH__Agents__Claude"] = lab.Agent("claude", "2.1.328 (Claude Code)");
        lab.Environment["BENCH__Agents__OpenCode"] = lab.Agent("opencode", "1.18.33");
        return lab;
    }

    /// <summary>The state of the progressive runs.</summary>
    public string StateFile => Path.Combine(OutputDir, "progressive", "state.json");

    public JsonElement State() => JsonDocument.Parse(File.ReadAllBytes(StateFile)).RootElement;

    public string Write(string relativePath, string text) => git.Write(Path.Combine("main", relativePath), text);

    /// <summary>The commit that is checked out.</summary>
    public Task<string> HeadAsync() => git.GitAsync("main", "rev-parse", "HEAD");

    public Task<int> GovernedAsync(params string[] args) => RunAsync(GovernedCommand.Create, ["governed", .. args]);

    public Task<int> ProgressiveAsync(params string[] args) => RunAsync(ProgressiveCommand.Create, ["progressive", .. args]);

    /// <summary>Another command of <c>dotnet bench</c>.</summary>
    public Task<int> BenchAsync(params string[] args)
    {
        var host = Tools(LaunchAsync).Host;
        return CommandLine.RunAsync(args, host, GateCommand.Create(host), CollectCommand.Create(host));
    }

    /// <summary>What the commands work with, and this launch.</summary>
    public GovernedTools Tools(BenchLaunch launch) => new(
        new CliHost { Environment = Environment, CurrentFolder = Root, TimeProvider = clock, Output = output, Error = error },
        TriedLanes.ToDictionary(id => id, _ => (LaneProbe)TryAsync),
        launch);

    /// <summary>The report of the only run.</summary>
    public GovernanceReport Report() => GovernanceReport.Read(Assert.Single(Runs()))!;

    /// <summary>The report of the only run that was never started, which stands beside where its folder would be.</summary>
    public JsonElement EarlyReport() => JsonDocument.Parse(File.ReadAllBytes(Assert.Single(Directory.GetFiles(OutputDir, "*.governance_report.json")))).RootElement;

    /// <summary>All run folders, by name.</summary>
    public IReadOnlyList<RunFolder> Runs() => Directory.Exists(OutputDir)
        ? [.. Directory.GetDirectories(OutputDir).Order(StringComparer.Ordinal).Select(path => new RunFolder(path)).Where(run => File.Exists(run.Manifest))]
        : [];

    public void Dispose()
    {
        git.Dispose();
        output.Dispose();
        error.Dispose();
    }

    private Task<int> RunAsync(Func<GovernedTools, Command> create, string[] args)
    {
        var tools = Tools(LaunchAsync);
        return CommandLine.RunAsync(args, tools.Host, create(tools));
    }

    private Task<LaneProbeResult> TryAsync(LaneProbeRequest request, CancellationToken cancellationToken)
    {
        Probed++;
        return Task.FromResult(Try?.Invoke() ?? Probe);
    }

    private Task<GovernanceLaunch> LaunchAsync(LaunchRequest request, CancellationToken cancellationToken)
    {
        Launches.Add(request);
        if (Launch is { } own)
        {
            return own(request, cancellationToken);
        }

        var allPassed = WriteRun(request);
        return Task.FromResult(new GovernanceLaunch(allPassed ? 0 : 1, "what dotnet test printed\n", ""));
    }

    private bool WriteRun(LaunchRequest request)
    {
        var inputs = request.Governed.Launch.Inputs;
        var agent = new ManifestAgent { Kind = "claude", Path = "/bench/claude", FoundIn = "agents", Version = "2.1.328", Sha256 = new string('c', 64) };
        var manifest = Manifest.Of(inputs.Prompts, inputs.Settings, inputs.Plan, new ManifestFacts
        {
            CreatedAt = SampleRun.Start,
            WorkingFolder = "/bench",
            Agents = [agent],
            Tools = new ManifestTools { Bench = "0.1.0", Dotnet = "10.0.12" },
            Host = new ManifestHost { Os = "Linux", Architecture = "x64", CpuCount = 2 },
            ProcessMark = "4711.882734.1",
            Isolation = "own work tree",
        });
        using var writer = RunWriter.Create(inputs.Settings.OutputDir, inputs.Settings.RunId, manifest.ToJson(), new FrozenClock());
        var records = inputs.Plan.Jobs
            .Select(job => SampleRun.Passed(job.WorkflowId, job.PromptId, job.Trial) with { RunId = inputs.Settings.RunId, JobId = job.JobId, Model = job.Model })
            .Select(record => Record(record)).OfType<JobRecord>().ToList();
        foreach (var record in records)
        {
            writer.JobStarted(record.JobId);
            writer.JobFinished(record);
        }

        writer.WriteManifest((manifest.Ended(RunStatuses.Completed, SampleRun.Start.AddSeconds(9), [agent]) with
        {
            Closing = new ManifestClosing { ProcessesLeft = 0, RedactionFindings = [], ChangedAgents = [], WriteProblems = [], Leftovers = [] },
        }).ToJson());
        writer.Finish(RunStatuses.Completed);
        RunFinalizer.Finalize(writer.Folder, RunStatuses.Completed);
        AfterRun(writer.Folder);
        return records.All(record => record.Success);
    }

    private string Agent(string name, string version) => TestFolder.WriteProgram(Path.Combine(Root, "given", name), $"#!/bin/sh\necho '{version}'\n");

    // No two run ids are equal.
    private sealed class TickingTime : TimeProvider
    {
        private int ticks;

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero).AddSeconds(Interlocked.Increment(ref ticks));
    }
}
