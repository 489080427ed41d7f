using System.Collections;

namespace Bench.Fixtures.Settings;

/// <summary>Everything that settings are read from.</summary>
public sealed record SettingsInput
{
    /// <summary>The absolute path of the folder with <c>bench.json</c>; the file itself may be missing.</summary>
    public required string Folder { get; init; }

    /// <summary>The environment variables of the process.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The clock that the default run id is made from.</summary>
    public required TimeProvider TimeProvider { get; init; }

    /// <summary>The cores that this process may use, by affinity and limits of its container. Default: what the runtime says.</summary>
    public int Cores { get; init; } = global::System.Environment.ProcessorCount;

    /// <summary>The run takes place in CI: env failures fail unless a setting says otherwise.</summary>
    public bool IsCi { get; init; }

    /// <summary>
    /// A run-settings file whose values are to be laid over the environment; null in a test process, where VSTest has done so
    /// already and <c>BENCH_RUNSETTINGS_FILE</c> names the file.
    /// </summary>
    public string? RunSettingsFile { get; init; }

    /// <summary>Models will be asked. False for who only reads what others did: addresses and keys of the live profile may then be missing. Default: true.</summary>
    public bool AsksModels { get; init; } = true;

    /// <summary><c>bench.json</c> and its profile's file count. False where the other sources hold all that they gave at an earlier time. Default: true.</summary>
    public bool ReadsFiles { get; init; } = true;

    /// <summary>Settings that win over all others, by key, e.g. <c>Gateway:Port</c>.</summary>
    public IReadOnlyDictionary<string, string> CommandLine { get; init; } = new Dictionary<string, string>();

    /// <summary>The options of a command that gave settings of <see cref="CommandLine"/>, by key, e.g. <c>--rounds</c>; any other was given by <c>--set</c>.</summary>
    public IReadOnlyDictionary<string, string> CommandLineOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>Settings over which all sources win, by key: what a command takes for granted, e.g. that a soak has two rounds.</summary>
    public IReadOnlyDictionary<string, string> CommandDefaults { get; init; } = new Dictionary<string, string>();

    /// <summary>The input of this process: its environment, and CI where <c>CI</c> is <c>true</c> or <c>1</c>.</summary>
    public static SettingsInput OfProcess(string folder, TimeProvider timeProvider)
    {
        var environment = global::System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal);
        return new() { Folder = folder, Environment = environment, TimeProvider = timeProvider, IsCi = SaysCi(environment) };
    }

    /// <summary>Whether these environment variables are those of a CI job.</summary>
    public static bool SaysCi(IReadOnlyDictionary<string, string> environment) =>
        environment.GetValueOrDefault("CI") is { } value && (value == "1" || value.Equals("true", StringComparison.OrdinalIgnoreCase));
}
