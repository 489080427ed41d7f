namespace Bench.Fixtures.Tests.Runs;

/// <summary>Shell scripts in the places of real agents: they end as the dummy executable, which asks its model and does a test's steps.</summary>
internal static class AgentScript
{
    /// <summary>In a step: the secret that the agent was given, the gateway's token.</summary>
    public const string Token = "@TOKEN@";

    private const string Version = "echo '2.1.328 (Claude Code)'; exit 0";

    /// <summary>Puts a program in Claude Code's place, which speaks its language as far as the steps do.</summary>
    public static void UseAsClaude(RunLab lab, string beginning, params string[] steps) =>
        lab.Settings["Agents:Claude"] = Write(lab, "claude", $"if [ \"$1\" = --version ]; then {Version}; fi\n{beginning}", steps);

    /// <summary>Puts a script in the place of <c>cc-glm-headless.sh</c>, whose plain output is the answer; <c>$2</c> is the prompt's file.</summary>
    public static void UseAsPlainScript(RunLab lab, string beginning, params string[] steps)
    {
        lab.Settings["Agents:Claude"] = Write(lab, "claude", Version, []);
        lab.Settings["CcGlm:HeadlessScript"] = Write(
            lab,
            "cc-glm-headless.sh",
            $"export ANTHROPIC_BASE_URL=\"$CC_GLM_BASE_URL\" ANTHROPIC_AUTH_TOKEN=\"$CC_GLM_AUTH_TOKEN\" ANTHROPIC_MODEL=\"$CC_GLM_MODEL\"\n{beginning}\nexec < \"$2\"",
            steps);
    }

    /// <summary>A word as the shell takes it, whatever is in it but <see cref="Token"/>.</summary>
    public static string Quoted(string word) =>
        $"'{word.Replace("'", "'\\''", StringComparison.Ordinal).Replace(Token, "'\"$ANTHROPIC_AUTH_TOKEN\"'", StringComparison.Ordinal)}'";

    private static string Write(RunLab lab, string name, string beginning, string[] steps)
    {
        var root = System.Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } folder ? $"export DOTNET_ROOT={Quoted(folder)}" : "";
        return TestFolder.WriteProgram(lab.At(name), $"#!/bin/sh\n{beginning}\n{root}\nexec {Quoted(DummyAgent.Path)} ask {string.Join(' ', steps.Select(Quoted))}\n");
    }
}
