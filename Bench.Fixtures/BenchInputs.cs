using System.Reflection;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures;

/// <summary>What a run is made from: settings, prompts and the plan that follows from them.</summary>
public sealed record BenchInputs
{
    /// <summary>The settings, validated.</summary>
    public required BenchSettings Settings { get; init; }

    /// <summary>The prompt set.</summary>
    public required PromptSet Prompts { get; init; }

    /// <summary>Every job that the settings ask for, in start order.</summary>
    public required RunPlan Plan { get; init; }

    /// <summary>Environment variables that hold secrets, for the redactor.</summary>
    public required IReadOnlyList<(string Name, string Value)> Secrets { get; init; }

    /// <summary>Reads the inputs of this process: its environment, and bench.json in the folder that the build wrote into the assembly.</summary>
    /// <exception cref="BenchUsageException">Settings or prompts cannot be used; all problems are named.</exception>
    public static BenchInputs Read() => Read(InputOfProcess());

    /// <summary>Reads inputs.</summary>
    /// <exception cref="BenchUsageException">Settings or prompts cannot be used; all problems are named.</exception>
    public static BenchInputs Read(SettingsInput input)
    {
        var inputs = ReadGiven(input);
        return inputs with { Settings = WithAgentsOfTheBuild(inputs.Settings) };
    }

    /// <summary>Reads inputs, for a process that is not the benchmark's own build and has no agents of it.</summary>
    /// <exception cref="BenchUsageException">Settings or prompts cannot be used; all problems are named.</exception>
    public static BenchInputs ReadGiven(SettingsInput input)
    {
        var problems = new List<string>();
        var settings = SettingsReader.Read(input, problems);
        if (problems.Count == 0)
        {
            return Of(settings, ReadPrompts(settings, input.Folder), input.Environment);
        }

        problems.AddRange(ProblemsOfPrompts(settings, problems));
        throw new BenchUsageException(problems);
    }

    /// <summary>The prompts of settings; a file that is missing is named with the folder that its path starts at.</summary>
    /// <param name="settings">Name the file.</param>
    /// <param name="folder">The folder with <c>bench.json</c>.</param>
    /// <exception cref="BenchUsageException">The file is missing or has faults.</exception>
    public static PromptSet ReadPrompts(BenchSettings settings, string folder) => File.Exists(settings.PromptsFile)
        ? PromptSetReader.Read(settings.PromptsFile)
        : throw new BenchUsageException(
            $"The prompt file '{settings.PromptsFile}' does not exist. Name an existing prompt set by PromptsFile in bench.json or by BENCH__PromptsFile; relative paths start at '{SettingsRoot.Of(folder)}'. See docs/formats/prompts.md.");

    /// <summary>The inputs that these settings and prompts give.</summary>
    /// <param name="settings">Validated.</param>
    /// <param name="prompts">The prompt set.</param>
    /// <param name="environment">Holds the secrets.</param>
    /// <exception cref="BenchUsageException">The settings name prompts that the set does not hold, or a run that cannot be run again.</exception>
    public static BenchInputs Of(BenchSettings settings, PromptSet prompts, IReadOnlyDictionary<string, string> environment) => new()
    {
        Settings = settings,
        Prompts = prompts,
        Plan = RerunJobs.Select(Planner.Plan(prompts, settings), settings),
        Secrets = EnvironmentSecrets.Find(environment, settings),
    };

    // What is wrong beside other faults; where the file itself is in doubt, what it holds says nothing.
    private static IReadOnlyList<string> ProblemsOfPrompts(BenchSettings settings, List<string> others)
    {
        if (!File.Exists(settings.PromptsFile) || others.Any(problem => problem.Contains(nameof(BenchSettings.PromptsFile), StringComparison.Ordinal)))
        {
            return [];
        }

        try
        {
            Planner.PromptsOf(PromptSetReader.Read(settings.PromptsFile), settings);
            return [];
        }
        catch (BenchUsageException problem)
        {
            return problem.Problems;
        }
    }

    /// <summary>Where the settings of this process come from.</summary>
    internal static SettingsInput InputOfProcess() => SettingsInput.OfProcess(SettingsFolder(), TimeProvider.System);

    private static string SettingsFolder() => Metadata("Bench.SettingsDir") ?? AppContext.BaseDirectory;

    // Where the build installed the agents, for an executable that is started without the build.
    private static BenchSettings WithAgentsOfTheBuild(BenchSettings settings) =>
        settings.Agents.Dir is null && Metadata("Bench.AgentsDir") is { } folder && Directory.Exists(folder)
            ? settings with { Agents = settings.Agents with { Dir = folder } }
            : settings;

    private static string? Metadata(string key) => Assembly.GetEntryAssembly()?
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => a.Key == key)?.Value;
}
