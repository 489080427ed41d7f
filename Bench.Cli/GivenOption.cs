namespace Bench.Cli;

/// <summary>A setting that an option of a command gave.</summary>
/// <param name="Key">The setting, e.g. <c>Soak:Rounds</c>.</param>
/// <param name="Value">As given.</param>
/// <param name="Option">The option, e.g. <c>--rounds</c>.</param>
internal sealed record GivenOption(string Key, string Value, string Option);
