using System.Text;
using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Settings;

namespace Bench.Cli.Dispatch;

/// <summary>What a dispatched job's run is made from: the settings as they were when the job was dispatched, and its one prompt.</summary>
internal static class DispatchRunInputs
{
    // The job has its own.
    private static readonly string[] NotKept = ["RunId", "Resume", "Rerun", "Workflows", "WorkTree", "OutputDir", "Prompts"];

    /// <summary>Every setting that is not at its default, as text: with Bench's defaults all that its worker runs with, whatever files and environment say by then.</summary>
    public static IReadOnlyDictionary<string, string> Freeze(BenchSettings settings) => settings.Sources
        .Where(source => source.Source != "default" && !NotKept.Contains(source.Key))
        .ToDictionary(source => source.Key, source => source.Value, StringComparer.Ordinal);

    /// <summary>The settings that a job was dispatched with.</summary>
    /// <exception cref="BenchUsageException">They cannot be used any more, e.g. a file is gone or a key is missing; names all problems.</exception>
    public static BenchSettings Thaw(DispatchJob job, CliHost host) => SettingsReader.Read(new()
    {
        Folder = job.Project,
        ReadsFiles = false,
        Environment = WithoutSettings(host.Environment),
        TimeProvider = host.TimeProvider,
        CommandLine = new Dictionary<string, string>(job.Settings) { ["Workflows"] = DispatchProviders.WorkflowOf(job.Provider)!.Id },
    });

    /// <summary>The inputs of a job's run: one workflow, one prompt, one attempt.</summary>
    /// <param name="job">The job.</param>
    /// <param name="instance">Its files.</param>
    /// <param name="settings">What <see cref="Thaw"/> gave.</param>
    /// <param name="prompt">The prompt's bytes.</param>
    /// <param name="host">Holds the secrets.</param>
    public static BenchInputs Of(DispatchJob job, DispatchInstance instance, BenchSettings settings, byte[] prompt, CliHost host)
    {
        var own = settings with
        {
            RunId = instance.RunId,
            OutputDir = instance.Root,
            PromptsFile = instance.Prompt,
            Prompts = [],
            Model = WithModel(settings.Model, job),
            WorkTree = job.Worktree,
            Parallel = 1,
            ParallelIsAuto = false,
            ProviderLimits = new Dictionary<string, int>(),
            Trials = 1,
            Soak = null,
            MaxRetries = 0,

            // The route is named where the model is not served, and never taken for the caller.
            Fallback = [],
            Timeout = settings.Dispatch.MaxRuntime,
            StallThreshold = settings.Dispatch.Stall,
            Gateway = settings.Gateway with { Port = 0, ScriptedDir = settings.ScriptedDir },
        };
        var set = new PromptSet
        {
            Name = "dispatch",
            Version = 1,
            Path = instance.Prompt,
            Sha256 = job.PromptSha256,
            Prompts = [new() { Id = job.PromptId, Category = "dispatch", Title = job.Beads, Text = TextOf(prompt) }],
        };
        return BenchInputs.Of(own, set, host.Environment);
    }

    /// <summary>The prompt's text, without a byte order mark.</summary>
    public static string TextOf(byte[] prompt) => Encoding.UTF8.GetString(prompt).TrimStart('\uFEFF');

    private static ModelSettings WithModel(ModelSettings models, DispatchJob job) => DispatchProviders.WorkflowOf(job.Provider)!.Agent switch
    {
        AgentKind.OpenCode => models with { OpenCode = job.Model },
        AgentKind.ClaudeCode => models with { CcGlm = job.Model },
        _ => models with { Gemini = job.Model },
    };

    // A queued job's worker is started by whoever comes by: that environment gives keys and PATH, never settings.
    private static Dictionary<string, string> WithoutSettings(IReadOnlyDictionary<string, string> environment) => environment
        .Where(variable => !variable.Key.StartsWith("BENCH_", StringComparison.OrdinalIgnoreCase) && variable.Key is not ("OPENCODE_MODEL" or "CC_GLM_MODEL" or "GEMINI_MODEL"))
        .ToDictionary(variable => variable.Key, variable => variable.Value, StringComparer.Ordinal);
}
