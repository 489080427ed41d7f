namespace Bench.Fixtures.Agents.OpenCode;

/// <summary>The environment that OpenCode runs in: that of every agent, and what turns off all that OpenCode does besides its work.</summary>
internal static class OpenCodeEnvironment
{
    private const string PasswordVariable = "OPENCODE_SERVER_PASSWORD";

    /// <summary>Updates, downloads, other people's configuration: off.</summary>
    private static readonly string[] Switches =
    [
        "OPENCODE_DISABLE_AUTOUPDATE",
        "OPENCODE_DISABLE_CLAUDE_CODE",
        "OPENCODE_DISABLE_DEFAULT_PLUGINS",
        "OPENCODE_DISABLE_EXTERNAL_SKILLS",

        // The file finder leaves a library of 5.6 MB in TMPDIR for each process.
        "OPENCODE_DISABLE_FFF",
        "OPENCODE_DISABLE_LSP_DOWNLOAD",
        "OPENCODE_DISABLE_MODELS_FETCH",

        // Configuration and AGENTS.md of every folder above the work tree.
        "OPENCODE_DISABLE_PROJECT_CONFIG",
        "OPENCODE_DISABLE_SHARE",
        "OPENCODE_PURE",
    ];

    /// <summary>The environment of a program that asks models.</summary>
    public static IReadOnlyDictionary<string, string> Of(AgentDirectories directories, string token, IReadOnlyDictionary<string, string> marks) =>
        With(directories, marks, [KeyValuePair.Create(OpenCodeConfiguration.TokenVariable, token)]);

    /// <summary>The environment of a server, which asks models and wants a password of its clients.</summary>
    public static IReadOnlyDictionary<string, string> OfServer(AgentDirectories directories, string token, IReadOnlyDictionary<string, string> marks, string password) =>
        With(directories, marks, [KeyValuePair.Create(OpenCodeConfiguration.TokenVariable, token), KeyValuePair.Create(PasswordVariable, password)]);

    /// <summary>The environment of a server's client, which asks no model and gets no token.</summary>
    public static IReadOnlyDictionary<string, string> OfClient(AgentDirectories directories, IReadOnlyDictionary<string, string> marks, string password) =>
        With(directories, marks, [KeyValuePair.Create(PasswordVariable, password)]);

    private static Dictionary<string, string> With(
        AgentDirectories directories, IReadOnlyDictionary<string, string> marks, IEnumerable<KeyValuePair<string, string>> more)
    {
        var variables = AgentEnvironment.Of(directories, marks, System.Environment.GetEnvironmentVariable);
        foreach (var (name, value) in Switches.Select(name => KeyValuePair.Create(name, "1")).Concat(more))
        {
            variables[name] = value;
        }

        return variables;
    }
}
