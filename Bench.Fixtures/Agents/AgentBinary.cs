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
}
