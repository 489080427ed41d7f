using System.Text.Json;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Tests.Processes;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>Whole runs in this process: settings as the environment would give them, an output folder of the test's own.</summary>
internal sealed class RunLab : IDisposable
{
    /// <summary>All workflows, as the setting spells them.</summary>
    public const string AllLanes = "cc_glm_headless,opencode_run_headless,opencode_server_http,opencode_server_attach_run,gemini_run_headless";

    private readonly TestFolder folder = new();
    private readonly string runId = $"test-{Guid.NewGuid():N}";

    /// <summary>The folder of run folders.</summary>
    public string OutputDir => folder.At("runs");

    /// <summary>Settings by key, e.g. <c>Gateway:Port</c>.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>The environment variables that the settings are read from.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>The folder with the agents' node_modules.</summary>
    public string AgentsDir { get; set; } = Path.Combine(TestFolder.RepositoryRoot, "agents");

    /// <summary>A path below the test's folder.</summary>
    public string At(params string[] parts) => folder.At(parts);

    /// <summary>Writes a file below the test's folder and returns its path.</summary>
    public string Write(string relativePath, string text) => folder.Write(relativePath, text);

    /// <summary>The inputs that the settings give.</summary>
    public BenchInputs Inputs()
    {
        var settings = new Dictionary<string, string>(Settings)
        {
            // Runs that begin in the same second would have one id, and end each other's agents.
            ["RunId"] = Settings.GetValueOrDefault("RunId", Settings.ContainsKey("Resume") ? "" : runId),
            ["OutputDir"] = Settings.GetValueOrDefault("OutputDir", OutputDir),
            ["PromptsFile"] = Settings.GetValueOrDefault("PromptsFile", Path.Combine(TestFolder.RepositoryRoot, "prompts", "benchmark_prompts.json")),
            ["Agents:Dir"] = AgentsDir,
            ["Agents:SearchPath"] = "false",
        };
        return BenchInputs.Read(new SettingsInput
        {
            Folder = folder.Path,
            Environment = Environment,
            TimeProvider = TimeProvider.System,
            CommandLine = settings,
        });
    }

    /// <summary>Runs all jobs of the plan and returns their records, in plan order.</summary>
    public async Task<IReadOnlyList<JobRecord>> RunAsync(CancellationToken cancellationToken)
    {
        var inputs = Inputs();
        var run = await BenchRun.OpenAsync(inputs, [.. inputs.Plan.Jobs.Select(j => j.JobId)], TimeProvider.System, cancellationToken);
        RunFolder = new RunFolder(run.Folder);
        run.Start();
        var records = await Task.WhenAll(inputs.Plan.Jobs.Select(j => run.ResultAsync(j.JobId)));
        Problems = await run.CloseAsync();
        return records;
    }

    /// <summary>The folder of the last run.</summary>
    public RunFolder RunFolder { get; private set; } = null!;

    /// <summary>What made the last run fail as a whole.</summary>
    public IReadOnlyList<string> Problems { get; private set; } = [];

    /// <summary>How many processes carry this run id, which must be the test's own; needs no manifest.</summary>
    public static int ProcessesOf(string runId) => MarkedProcesses.Find(ProcessMarks.RunId, runId).Count;

    /// <summary>The last run's manifest.</summary>
    public JsonElement Manifest() => JsonDocument.Parse(File.ReadAllBytes(RunFolder.Manifest)).RootElement;

    /// <inheritdoc />
    public void Dispose() => folder.Dispose();
}
