namespace Bench.Fixtures.Settings;

/// <summary>A soak: the same small jobs in rounds, until enough rounds in a row are clean. A round is a trial.</summary>
public sealed record SoakSettings
{
    /// <summary>The defaults of a soak, where they are not those of a benchmark; whatever else gives a setting, but for bench.json, wins over them.</summary>
    internal static IReadOnlyDictionary<string, string> Defaults { get; } = new Dictionary<string, string>
    {
        ["PromptsFile"] = "prompts/soak_prompts.json",
        ["Workflows"] = "opencode_run_headless,cc_glm_headless,gemini_run_headless",
        ["Parallel"] = "6",
        ["MaxRetries"] = "0",
        ["OnEnvFailure"] = "fail",
        ["OutputDir"] = "artifacts/multi-provider-soak",
    };

    /// <summary>Clean rounds in a row that are required; at least 1.</summary>
    public required int Rounds { get; init; }

    /// <summary>The most rounds that are tried; at least <see cref="Rounds"/>.</summary>
    public required int MaxRounds { get; init; }

    /// <summary>The dx-runner that runs the jobs in place of Bench's own lanes, absolute; null as a rule.</summary>
    public string? Dispatcher { get; init; }
}
