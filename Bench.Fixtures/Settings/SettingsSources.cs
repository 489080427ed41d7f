namespace Bench.Fixtures.Settings;

/// <summary>Reads each source of settings into a layer.</summary>
internal static class SettingsSources
{
    /// <summary>Keys of settings that MSBuild properties gave, separated by plus signs; set by the package's targets.</summary>
    public const string MsBuildSettingsVariable = "BENCH_MSBUILD_SETTINGS";

    /// <summary>The run-settings file in use; set by the package's targets.</summary>
    public const string RunSettingsVariable = "BENCH_RUNSETTINGS_FILE";

    /// <summary>The layers that reach a process as environment variables, weakest first: environment, run settings, MSBuild properties.</summary>
    public static IReadOnlyList<SettingsLayer> Environment(SettingsInput input)
    {
        var environment = new SettingsLayer("environment");
        var runSettings = new SettingsLayer("runsettings");
        var msBuild = new SettingsLayer("msbuild");
        var file = input.RunSettingsFile ?? input.Environment.GetValueOrDefault(RunSettingsVariable);
        var isLaidOver = input.RunSettingsFile is null;
        var fromFile = ReadRunSettings(file, isLaidOver);
        var fromMsBuild = MsBuildKeys(input.Environment);
        foreach (var (name, value) in OwnFirst(input.Environment))
        {
            if (fromMsBuild.Contains(KeyOf(name) ?? ""))
            {
                Add(msBuild, name, value, $"-p:{PropertyOf(KeyOf(name)!)}");
            }
            else if (isLaidOver && fromFile.GetValueOrDefault(name) == value)
            {
                Add(runSettings, name, value, $"{name} in '{file}'");
            }
            else
            {
                Add(environment, name, value, name);
            }
        }

        foreach (var (name, value) in OwnFirst(fromFile).Where(_ => !isLaidOver))
        {
            Add(runSettings, name, value, $"{name} in '{file}'");
        }

        return [environment, runSettings, msBuild];
    }

    /// <summary>The layer of what a command takes for granted.</summary>
    public static SettingsLayer CommandDefaults(SettingsInput input)
    {
        var layer = new SettingsLayer("default");
        foreach (var (key, value) in input.CommandDefaults)
        {
            layer.Add(key, value, $"{key}, which is a default of the command");
        }

        return layer;
    }

    /// <summary>The layer of the command line.</summary>
    public static SettingsLayer CommandLine(SettingsInput input)
    {
        var layer = new SettingsLayer("command line");
        foreach (var (key, value) in input.CommandLine)
        {
            var name = key.Replace("__", ":", StringComparison.Ordinal);
            layer.Add(name, value, input.CommandLineOptions.GetValueOrDefault(key) ?? $"--set {name}");
        }

        return layer;
    }

    private static void Add(SettingsLayer layer, string variable, string value, string where)
    {
        if (variable.StartsWith(SettingsCatalog.VariablePrefix, StringComparison.OrdinalIgnoreCase))
        {
            layer.Add(KeyOf(variable)!, value, where);
        }
        else if (SettingsCatalog.ModelVariables.TryGetValue(variable, out var key))
        {
            layer.Add(key, value, where, variable);
        }
    }

    private static string? KeyOf(string variable) =>
        variable.StartsWith(SettingsCatalog.VariablePrefix, StringComparison.OrdinalIgnoreCase)
            ? variable[SettingsCatalog.VariablePrefix.Length..].Replace("__", ":", StringComparison.Ordinal)
            : SettingsCatalog.ModelVariables.GetValueOrDefault(variable);

    private static string PropertyOf(string key) => SettingsCatalog.Find(key)?.MsBuildProperty ?? "Bench" + key;

    private static HashSet<string> MsBuildKeys(IReadOnlyDictionary<string, string> environment) =>
        (environment.GetValueOrDefault(MsBuildSettingsVariable) ?? "")
            .Split('+', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(key => KeyOf(key) ?? key.Replace("__", ":", StringComparison.Ordinal))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);

    // BENCH__ variables come before the lanes' own: the first value of a key stays.
    private static IEnumerable<KeyValuePair<string, string>> OwnFirst(IReadOnlyDictionary<string, string> variables) => variables
        .OrderByDescending(variable => variable.Key.StartsWith(SettingsCatalog.VariablePrefix, StringComparison.OrdinalIgnoreCase))
        .ThenBy(variable => variable.Key, StringComparer.Ordinal);

    // In a test process VSTest has laid the file over the environment already: the file serves to name sources alone, and may be gone.
    private static IReadOnlyDictionary<string, string> ReadRunSettings(string? file, bool isLaidOver) =>
        string.IsNullOrWhiteSpace(file) || (isLaidOver && !System.IO.File.Exists(file))
            ? new Dictionary<string, string>()
            : RunSettingsFile.Read(file);
}
