using Bench.Fixtures.Agents;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Workflows;

/// <summary>The pinned command lines of the agents; tests that need one are skipped where the build restored none.</summary>
internal static class RealAgents
{
    private static readonly string Modules = Path.Combine(TestFolder.RepositoryRoot, "agents", "node_modules");

    public static AgentBinary Claude() => Native(
        AgentKind.ClaudeCode, Path.Combine(Modules, "@anthropic-ai", "claude-code-linux-x64", "claude"));

    public static AgentBinary Gemini()
    {
        var script = Path.Combine(Modules, "@google", "gemini-cli", "bundle", "gemini.js");
        var node = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "node")).FirstOrDefault(File.Exists);
        Assert.SkipUnless(node is not null && File.Exists(script), $"'{script}' or node is not installed.");
        return Native(AgentKind.Gemini, node) with { LeadingArguments = [script] };
    }

    private static AgentBinary Native(AgentKind kind, string path)
    {
        Assert.SkipUnless(File.Exists(path), $"'{path}' is not installed.");
        return new AgentBinary { Kind = kind, Path = path, FoundIn = "agents", Version = "", Sha256 = "" };
    }
}
