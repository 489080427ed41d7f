using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bench.Fixtures.Agents.OpenCode;

/// <summary>The configuration that OpenCode runs under: nothing of the user's, nothing from the network, no request to the model that nobody asked for.</summary>
internal static class OpenCodeConfiguration
{
    /// <summary>The variable that hands the gateway's token over: the configuration names it, so that the token itself is in no file.</summary>
    public const string TokenVariable = "BENCH_GATEWAY_TOKEN";

    /// <summary>OpenCode's own limits lie this far behind Bench's: a silent model is to end by Bench's limit, and not to be asked a second time.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    /// <summary>Room for a long prompt; large enough that OpenCode never thinks of summarising.</summary>
    private const int ContextTokens = 200_000;
    private const int OutputTokens = 65_536;

    /// <summary>Writes the configuration, and what keeps OpenCode from installing and downloading things.</summary>
    public static void Write(AgentDirectories directories, OpenCodeOptions options, string model, string baseUrl, TimeSpan timeout)
    {
        var folder = Path.Combine(directories.Config, "opencode");

        // With an empty node_modules and a lock file that names the plugin package, OpenCode takes it for installed.
        Directory.CreateDirectory(Path.Combine(folder, "node_modules"));
        File.WriteAllText(Path.Combine(folder, "package.json"), """{"dependencies":{"@opencode-ai/plugin":"*"}}""");
        File.WriteAllText(
            Path.Combine(folder, "package-lock.json"),
            """{"name":"opencode","lockfileVersion":3,"packages":{"":{"dependencies":{"@opencode-ai/plugin":"*"}}}}""");
        File.WriteAllText(Path.Combine(folder, "opencode.json"), Text(options, model, baseUrl, timeout));
        PlaceRipgrep(directories, options.RipgrepPath);
    }

    /// <summary>The configuration of a mere client of a server: it has no models of its own.</summary>
    public static void WriteForClient(AgentDirectories directories, OpenCodeOptions options, TimeSpan timeout) =>
        Write(directories, options with { KnownModels = [], RipgrepPath = null }, model: "", baseUrl: "", timeout);

    private static string Text(OpenCodeOptions options, string model, string baseUrl, TimeSpan timeout)
    {
        var known = options.KnownModels.Select(OpenCodeModel.Parse).ToList();
        var providers = known.GroupBy(m => m.ProviderId);
        var root = new JsonObject
        {
            ["$schema"] = "https://opencode.ai/config.json",
            ["autoupdate"] = false,
            ["share"] = "disabled",
            ["lsp"] = false,
            ["formatter"] = false,
            ["permission"] = "allow",
            ["compaction"] = new JsonObject { ["auto"] = false },
            ["agent"] = new JsonObject { ["title"] = new JsonObject { ["disable"] = true } },
            ["enabled_providers"] = Array(providers.Select(p => p.Key)),
            ["provider"] = new JsonObject([.. providers.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)Provider(p, baseUrl, timeout)))]),
        };
        if (model.Length > 0)
        {
            root["model"] = model;
            root["small_model"] = model;
        }

        return root.ToJsonString(Readable);
    }

    private static JsonObject Provider(IGrouping<string, OpenCodeModel> models, string baseUrl, TimeSpan timeout)
    {
        var limit = (long)(timeout + Margin).TotalMilliseconds;
        return new JsonObject
        {
            // Bundled with OpenCode: nothing is downloaded.
            ["npm"] = "@ai-sdk/openai-compatible",
            ["name"] = "Bench gateway",

            // A provider that OpenCode knows itself brings its catalogue along; only the models named here are to exist.
            ["whitelist"] = Array(models.Select(m => m.ModelId)),
            ["options"] = new JsonObject
            {
                ["baseURL"] = baseUrl,
                ["apiKey"] = $"{{env:{TokenVariable}}}",
                ["timeout"] = limit,
                ["chunkTimeout"] = limit,
                ["headerTimeout"] = limit,
            },
            ["models"] = new JsonObject([.. models.Select(m => KeyValuePair.Create(m.ModelId, (JsonNode?)Model(m)))]),
        };
    }

    private static JsonObject Model(OpenCodeModel model) => new()
    {
        ["name"] = model.ModelId,
        ["tool_call"] = true,
        ["reasoning"] = true,
        ["limit"] = new JsonObject { ["context"] = ContextTokens, ["output"] = OutputTokens },
    };

    private static JsonArray Array(IEnumerable<string> items) => [.. items.Select(item => JsonValue.Create(item))];

    private static void PlaceRipgrep(AgentDirectories directories, string? ripgrep)
    {
        if (ripgrep is null)
        {
            return;
        }

        var folder = Directory.CreateDirectory(Path.Combine(directories.Cache, "opencode", "bin")).FullName;
        var place = Path.Combine(folder, Path.GetFileName(ripgrep));
        File.Delete(place);
        if (OperatingSystem.IsWindows())
        {
            File.Copy(ripgrep, place);
        }
        else
        {
            File.CreateSymbolicLink(place, ripgrep);
        }
    }

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };
}
