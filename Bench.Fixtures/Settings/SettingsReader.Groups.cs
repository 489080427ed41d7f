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

    private static bool IsModel(string model) => !model.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter));

    private static bool IsProviderAndModel(string model)
    {
        var slash = model.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && slash + 1 < model.Length && IsModel(model);
    }

    private static GatewaySettings ReadGateway(SettingsValues values) => new()
    {
        Port = values.Integer("Gateway:Port", least: 0, most: 65_535),
        FirstTokenDelay = values.Duration("Gateway:FirstTokenDelay", least: TimeSpan.Zero),
        TokensPerSecond = values.Number("Gateway:TokensPerSecond", least: 0, most: double.MaxValue),
        Jitter = values.Number("Gateway:Jitter", least: 0, most: 1),
        Models = ReadServedModels(values),
        AnswerAs = values.Text("Gateway:AnswerAs", IsModel),
        ScriptedDir = values.ExistingFolder("Gateway:ScriptedDir"),
    };

    private static List<string> ReadServedModels(SettingsValues values)
    {
        var items = values.List("Gateway:Models").Items;
        foreach (var item in items.Where(item => !IsModel(item.Value)))
        {
            values.Refuse("Gateway:Models", item);
        }

        return [.. items.Select(item => item.Value).Distinct()];
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
