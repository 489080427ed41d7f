namespace Bench.Fixtures.Settings;

/// <summary>One setting, as people give it.</summary>
/// <param name="Key">Its place in bench.json, groups separated by colons.</param>
/// <param name="Default">The default as text; empty when there is none.</param>
/// <param name="Allowed">The allowed form, to follow the words "must be".</param>
/// <param name="Meaning">What it does, in one line.</param>
public sealed record SettingDefinition(string Key, string Default, string Allowed, string Meaning)
{
    /// <summary>The environment variable, e.g. <c>BENCH__Gateway__Port</c>.</summary>
    public string EnvironmentVariable => SettingsCatalog.VariablePrefix + Key.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>The MSBuild property, e.g. <c>BenchGatewayPort</c>.</summary>
    public string MsBuildProperty => "Bench" + Key.Replace(":", "", StringComparison.Ordinal);

    /// <summary>The shape of the value.</summary>
    public SettingShape Shape { get; init; } = SettingShape.One;
}

/// <summary>How many values a setting holds.</summary>
public enum SettingShape
{
    /// <summary>A single value.</summary>
    One,

    /// <summary>Several: a JSON list, or one text with commas or semicolons. A later source replaces the whole list.</summary>
    List,

    /// <summary>Several with names: a JSON object, or one text <c>name=value,name=value</c>. A later source replaces the names that it gives.</summary>
    Map,
}
