using Bench.Fixtures.Settings;

namespace Bench.Cli;

/// <summary>What a run is made from that a command starts through <c>dotnet test</c>, and how it is handed on.</summary>
internal sealed record LaunchSettings
{
    /// <summary>Settings, prompts and plan, as the test process will read them.</summary>
    public required BenchInputs Inputs { get; init; }

    /// <summary>The folder of the test project.</summary>
    public required string Project { get; init; }

    /// <summary>The run-settings file in use; null when there is none.</summary>
    public required string? RunSettingsFile { get; init; }

    /// <summary>The MSBuild properties that hand on what the command line gives, by name; they win over every other source.</summary>
    public required IReadOnlyDictionary<string, string> Properties { get; init; }

    /// <summary>The setting that a key names, as its catalogue spells it: <c>Gateway:Port</c> for <c>gateway__port</c> too.</summary>
    public static string NameOf(string key) =>
        key.Replace("__", ":", StringComparison.Ordinal) is var name && SettingsCatalog.Find(name) is { } setting ? setting.Key : name;

    /// <summary>Reads the inputs.</summary>
    /// <param name="input">Where settings come from.</param>
    /// <param name="given">What the command line gives, by key; of two values of a key the later one counts.</param>
    /// <exception cref="BenchUsageException">Settings or prompts cannot be used; names all.</exception>
    public static LaunchSettings Of(SettingsInput input, IEnumerable<KeyValuePair<string, string>> given)
    {
        var inputs = BenchInputs.Read(input);
        var properties = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in given)
        {
            if (SettingsCatalog.Find(NameOf(key)) is not { } setting)
            {
                continue;
            }

            // A list or a map has a separator that needs no escaping.
            properties[setting.MsBuildProperty] = setting.Shape == SettingShape.One
                ? Escaped(value)
                : value.Replace(',', '+').Replace(';', '+');
        }

        // Where both processes look for the run must not hang on the clock, or on a folder.
        properties["BenchRunId"] = inputs.Settings.RunId;
        properties["BenchOutputDir"] = Escaped(inputs.Settings.OutputDir);
        if (input.RunSettingsFile is null && inputs.Settings.Sources.Any(source => source is { Key: "OnEnvFailure", Source: "default" }))
        {
            properties["BenchOnEnvFailure"] = "fail";
        }

        return new() { Inputs = inputs, Project = input.Folder, RunSettingsFile = input.RunSettingsFile, Properties = properties };
    }

    /// <summary>A value as MSBuild reads it back; it splits a command line's properties at commas and semicolons.</summary>
    public static string Escaped(string value) =>
        value.Replace("%", "%25", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal).Replace(";", "%3B", StringComparison.Ordinal);
}
