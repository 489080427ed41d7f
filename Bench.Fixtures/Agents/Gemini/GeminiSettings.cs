using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bench.Fixtures.Agents.Gemini;

/// <summary>The <c>settings.json</c> of an attempt; each entry is explained in docs/lanes/gemini.md.</summary>
internal static class GeminiSettings
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Writes <c>.gemini/settings.json</c> below the attempt's home.</summary>
    public static void Write(string home, string model)
    {
        var path = Path.Combine(home, ".gemini", "settings.json");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, Of(model).ToJsonString(Indented));
    }

    internal static JsonObject Of(string model) => new()
    {
        ["security"] = new JsonObject { ["auth"] = new JsonObject { ["selectedType"] = "gemini-api-key" } },
        ["privacy"] = new JsonObject { ["usageStatisticsEnabled"] = false },
        ["general"] = new JsonObject
        {
            ["enableAutoUpdate"] = false,
            ["enableAutoUpdateNotification"] = false,
            ["maxAttempts"] = 1,
            ["retryFetchErrors"] = false,
        },

        // A .env in a folder above the work tree may be the user's.
        ["advanced"] = new JsonObject { ["ignoreLocalEnv"] = true },

        // maxAttempts alone has no effect on preview models: their built-in chain says 10 and wins, so it is replaced.
        ["experimental"] = new JsonObject { ["dynamicModelConfiguration"] = true },
        ["modelConfigs"] = new JsonObject
        {
            ["modelChains"] = new JsonObject
            {
                ["preview"] = new JsonArray(new JsonObject
                {
                    ["model"] = model,
                    ["isLastResort"] = true,
                    ["maxAttempts"] = 1,
                    ["actions"] = ForEveryFault("prompt"),
                    ["stateTransitions"] = ForEveryFault("terminal"),
                }),
            },
        },
    };

    private static JsonObject ForEveryFault(string value) =>
        new() { ["terminal"] = value, ["transient"] = value, ["not_found"] = value, ["unknown"] = value };
}
