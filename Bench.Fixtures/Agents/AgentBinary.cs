using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Agents;

/// <summary>An agent command line, found on this machine.</summary>
public sealed record AgentBinary
{
    /// <summary>Which agent.</summary>
    public required AgentKind Kind { get; init; }

    /// <summary>Absolute path of the file that is started (an ELF binary, or a script with its interpreter in <see cref="LeadingArguments"/>).</summary>
    public required string Path { get; init; }

    /// <summary>Arguments before all others, e.g. the script when <see cref="Path"/> is <c>node</c>; empty for a native binary.</summary>
    public IReadOnlyList<string> LeadingArguments { get; init; } = [];

    /// <summary>Where it was found: <c>settings</c>, <c>agents</c> (the pinned node_modules) or <c>path</c>.</summary>
    public required string FoundIn { get; init; }

    /// <summary>What <c>--version</c> printed, trimmed to the version number.</summary>
    public required string Version { get; init; }

    /// <summary>SHA-256 of the program file, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The version that a run is meant to measure; null when nobody pins one.</summary>
    public string? PinnedVersion { get; init; }

    /// <summary>That this is an agent of PATH and not the pinned version, and what to do; null when it is the pinned one, or one that a setting names.</summary>
    public string? VersionNote => FoundIn == "path" && PinnedVersion is { } pinned && pinned != Version
        ? $"{Settings.SettingNames.Of(Kind)} on PATH is {Version} ('{Path}'), and the pinned version is {pinned}: the numbers are those of another agent. Run 'npm ci' in the folder of the pinned agents, or name the agent by a setting."
        : null;
}
