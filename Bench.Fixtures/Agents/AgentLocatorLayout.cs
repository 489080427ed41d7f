using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Agents;

/// <summary>Where npm puts the agents' programs, below <c>node_modules</c>. Native binaries are named, not the wrappers around them.</summary>
internal static class AgentLocatorLayout
{
    /// <summary>The files of an agent, the best first.</summary>
    public static IEnumerable<string> ProgramsOf(AgentKind kind, AgentLocatorPlatform platform) => kind switch
    {
        AgentKind.OpenCode => OpenCodePackages(platform).SelectMany(package => InPackage("opencode-ai", package, $"bin/opencode{platform.ExecutableSuffix}")),
        AgentKind.ClaudeCode => InPackage("@anthropic-ai/claude-code", $"@anthropic-ai/claude-code-{NodeName(platform)}{Musl(platform)}", $"claude{platform.ExecutableSuffix}"),
        _ => ["@google/gemini-cli/bundle/gemini.js"],
    };

    /// <summary>The files of ripgrep, the best first.</summary>
    public static IEnumerable<string> Ripgrep(AgentLocatorPlatform platform) =>
        InPackage("@vscode/ripgrep", $"@vscode/ripgrep-{NodeName(platform)}", $"bin/rg{platform.ExecutableSuffix}");

    // The baseline build runs on every processor, the other one needs AVX2.
    private static IEnumerable<string> OpenCodePackages(AgentLocatorPlatform platform)
    {
        var name = $"opencode-{platform.System}-{platform.Architecture}";
        if (platform.Architecture != "x64")
        {
            return [name + Musl(platform)];
        }

        var baseline = $"{name}-baseline{Musl(platform)}";
        return platform.HasAvx2 ? [name + Musl(platform), baseline] : [baseline];
    }

    // npm puts a package beside the one that needs it, or below it.
    private static IEnumerable<string> InPackage(string wrapper, string package, string file) =>
        [$"{package}/{file}", $"{wrapper}/node_modules/{package}/{file}"];

    private static string NodeName(AgentLocatorPlatform platform) =>
        $"{(platform.System == "windows" ? "win32" : platform.System)}-{platform.Architecture}";

    private static string Musl(AgentLocatorPlatform platform) => platform.IsMusl ? "-musl" : "";
}
