using System.Text.Json;
using Bench.Fixtures.Intake;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Agents;

/// <summary>The versions of the agents that a run is meant to measure: those that the folder of the pinned agents asks for, else those that Bench is made and tested with.</summary>
internal static class PinnedVersions
{
    private const string Resource = "agents.package.json";

    /// <summary>The version of an agent; null when nobody pins one.</summary>
    /// <param name="kind">The agent.</param>
    /// <param name="folder">The folder of the pinned agents; null when there is none.</param>
    public static string? Of(AgentKind kind, string? folder)
    {
        try
        {
            var path = folder is null ? null : Path.Combine(folder, "package.json");
            return File.Exists(path) && In(File.ReadAllBytes(path), kind) is { } version ? version : In(Own(), kind);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static byte[] Own()
    {
        using var stream = typeof(PinnedVersions).Assembly.GetManifestResourceStream(Resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    // A range ("^1.2.3") pins nothing.
    private static string? In(byte[] package, AgentKind kind)
    {
        using var document = OutsideJson.Parse(package);
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("dependencies", out var pinned) && pinned.ValueKind == JsonValueKind.Object
            && pinned.TryGetProperty(PackageOf(kind), out var version) && version.ValueKind == JsonValueKind.String
            && version.GetString() is { Length: > 0 } text && char.IsAsciiDigit(text[0])
            ? text
            : null;
    }

    private static string PackageOf(AgentKind kind) => kind switch
    {
        AgentKind.OpenCode => "opencode-ai",
        AgentKind.ClaudeCode => "@anthropic-ai/claude-code",
        _ => "@google/gemini-cli",
    };
}
