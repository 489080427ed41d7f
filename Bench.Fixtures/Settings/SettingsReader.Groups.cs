using Bench.Fixtures.Prompts;

namespace Bench.Fixtures.Settings;

// The groups of settings: models, gateway, agents.
public static partial class SettingsReader
{
    private static ModelSettings ReadModels(SettingsValues values) => new()
    {
        OpenCode = values.Text("Model:OpenCode", IsProviderAndModel) ?? "",
        CcGlm = values.Text("Model:CcGlm", IsModel) ?? "",
        Gemini = values.Text("Model:Gemini", IsModel) ?? "",
    };

    private static string[] ReadFallback(SettingsValues values, List<string> problems)
    {
        var (items, whole) = values.List("Fallback");
        var known = FallbackRoute.Systems;
        foreach (var item in items.Where(item => !known.Contains(item.Value)))
        {
            problems.Add($"Fallback names '{item.Value}' ({item.Source}), which is no route.{NearestName.Hint(item.Value, known)} Known: {NearestName.Quoted(known)}. Correct {item.Where}.");
        }

        foreach (var repeated in items.GroupBy(item => item.Value).Where(group => group.Count() > 1))
        {
            problems.Add($"Fallback names '{repeated.Key}' {repeated.Count()} times ({whole.Source}). Correct {repeated.Last().Where}.");
        }

        return [.. items.Select(item => item.Value).Distinct()];
    }

    private static bool IsModel(string model) => !model.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter));

    private static bool IsProviderAndModel(string model)
    {
        var slash = model.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash + 1 < model.Length && IsModel(model);
    }

    private static GatewaySettings ReadGateway(SettingsValues values, Profile profile, List<string> problems) => new()
    {
        Port = values.Integer("Gateway:Port", least: 0, most: 65_535),
        FirstTokenDelay = values.Duration("Gateway:FirstTokenDelay", least: TimeSpan.Zero),
        TokensPerSecond = values.Number("Gateway:TokensPerSecond", least: 0, most: double.MaxValue),
        Jitter = values.Number("Gateway:Jitter", least: 0, most: 1),
        Models = ReadServedModels(values),
        AnswerAs = values.Text("Gateway:AnswerAs", IsModel),
        ScriptedDir = values.ExistingFolder("Gateway:ScriptedDir"),
        RecordTo = ReadRecordTo(values, profile, problems),
        Cassette = ReadCassette(values, profile, problems),
        ReplayPace = values.Number("Gateway:ReplayPace", least: 0, most: 1_000_000),
        FaultPlan = values.ExistingFile("Gateway:FaultPlan"),
    };

    private static string? ReadRecordTo(SettingsValues values, Profile profile, List<string> problems)
    {
        var path = values.PathTo("Gateway:RecordTo");
        if (path is not null && profile is not (Profile.Embedded or Profile.Live))
        {
            problems.Add($"Gateway:RecordTo is '{path}', but the {SettingNames.Of(profile)} profile asks no model that could be recorded. Choose the profile embedded or live, or leave Gateway:RecordTo unset.");
        }
        else if (path is not null && values.Text("Resume") is { } resume)
        {
            problems.Add($"Gateway:RecordTo is '{path}' and Resume is '{resume}': a recorded run cannot be gone on with, its cassette would lack what the first process asked. Leave one of the two unset.");
        }
        else if (path is not null && Path.Exists(path))
        {
            problems.Add($"Gateway:RecordTo is '{path}', which exists already. A recording is never written over; delete the file, or name another.");
        }

        return path;
    }

    // Elsewhere it is without effect, and may name what only another machine has.
    private static string? ReadCassette(SettingsValues values, Profile profile, List<string> problems)
    {
        if (profile != Profile.Replay)
        {
            return null;
        }

        var path = values.ExistingFile("Gateway:Cassette");
        if (path is null)
        {
            problems.Add("The replay profile needs Gateway:Cassette. Give the path of a cassette, e.g. prompts/cassettes/benchmark_prompts.ndjson, or record one with Gateway:RecordTo in the profile embedded or live.");
        }

        return path;
    }

    private static List<string> ReadServedModels(SettingsValues values)
    {
        var items = values.List("Gateway:Models").Items;
        foreach (var item in items.Where(item => !IsModel(item.Value)))
        {
            values.Refuse("Gateway:Models", item);
        }

        return [.. items.Select(item => item.Value).Distinct()];
    }

    // Only the top folder: git does not look above an agent's folder for a repository.
    private static string? ReadWorkTree(SettingsValues values, List<string> problems)
    {
        var path = values.ExistingFolder("WorkTree");
        if (path is not null && Directory.Exists(path) && !Path.Exists(Path.Combine(path, ".git")))
        {
            problems.Add($"WorkTree is '{path}', which is not the top folder of a git work tree: it has no '.git'. Name the top folder (git rev-parse --show-toplevel), or run 'git init' there.");
        }

        return path;
    }

    private static AgentSettings ReadAgents(SettingsValues values, string root) => new()
    {
        OpenCode = values.PathTo("Agents:OpenCode"),
        Claude = values.PathTo("Agents:Claude"),
        Gemini = values.PathTo("Agents:Gemini"),
        Dir = values.ExistingFolder("Agents:Dir") ?? PinnedAgents(root),
        SearchPath = values.Flag("Agents:SearchPath"),
    };

    private static string? PinnedAgents(string root)
    {
        var folder = Path.Combine(root, "agents");
        return Directory.Exists(Path.Combine(folder, "node_modules")) ? folder : null;
    }
}
