namespace Bench.Fixtures.Prompts;

/// <summary>The validated content of one prompt file.</summary>
public sealed record PromptSet
{
    /// <summary>The set's name, from the file.</summary>
    public required string Name { get; init; }

    /// <summary>The version of the set's content, from the file; raised by its author when a prompt changes.</summary>
    public required int Version { get; init; }

    /// <summary>The absolute path that it was read from.</summary>
    public required string Path { get; init; }

    /// <summary>SHA-256 of the file's bytes, lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>In file order; ids are unique; never empty.</summary>
    public required IReadOnlyList<Prompt> Prompts { get; init; }
}
