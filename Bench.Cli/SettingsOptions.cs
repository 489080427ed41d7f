using System.CommandLine;
using Bench.Fixtures;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Settings;

namespace Bench.Cli;

/// <summary>The options by which a command sees the settings that a test run would see.</summary>
internal sealed class SettingsOptions
{
    private readonly Option<string?> project = new("--project") { Description = "The folder with bench.json; looked for when not given", HelpName = "FOLDER" };
    private readonly Option<string?> settings = new("--settings") { Description = "A .runsettings file, as for dotnet test", HelpName = "FILE" };
    private readonly Option<string[]> set = new("--set") { Description = "A setting that wins over all others, e.g. Gateway:Port=8080", HelpName = "KEY=VALUE" };
    private readonly Option<string[]> property = new("--property", "-p") { Description = "An MSBuild property, as for dotnet test, e.g. BenchParallel=4", HelpName = "NAME=VALUE" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(project);
        command.Add(settings);
        command.Add(set);
        command.Add(property);
    }

    /// <summary>The folder with <c>bench.json</c>.</summary>
    public string ProjectOf(ParseResult result, CliHost host) =>
        result.GetValue(project) is { } named ? ProjectFolder.Named(named, host.CurrentFolder) : ProjectFolder.Find(host.CurrentFolder);

    /// <summary>Says on standard error that no <c>bench.json</c> was found, where that is so: the defaults may not be what was meant.</summary>
    public void SayWhenNoneIsFound(ParseResult result, CliHost host)
    {
        var folder = ProjectOf(result, host);
        if (!ProjectFolder.HasSettings(folder))
        {
            host.Error.WriteLine($"There is no {SettingsReader.FileName} in '{folder}'{(result.GetValue(project) is null ? ", nor above it or one folder below" : "")}: defaults, environment and options apply. Name the benchmark project by --project.");
        }
    }

    /// <summary>Reads the settings.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="host">The world around the command.</param>
    /// <param name="own">What the command's own options give; wins over <c>--set</c>.</param>
    /// <param name="defaults">What the command takes for granted where no source says anything, by key.</param>
    /// <param name="asksModels">False for a command that needs no keys of the live profile.</param>
    /// <param name="needsProject">False for a command that can do without: of several projects none is then meant.</param>
    /// <exception cref="BenchUsageException">They have faults; names all.</exception>
    public BenchSettings Read(
        ParseResult result, CliHost host, IReadOnlyList<GivenOption>? own = null, IReadOnlyDictionary<string, string>? defaults = null, bool asksModels = true, bool needsProject = true)
    {
        var problems = new List<string>();
        var (given, properties) = Given(result, own ?? [], problems);
        BenchSettings? read = null;
        Try(
            () => read = SettingsReader.Read(InputOf(result, host, given, properties, own ?? [], needsProject) with
            {
                CommandDefaults = defaults ?? new Dictionary<string, string>(),
                AsksModels = asksModels,
            }),
            problems);
        return problems.Count == 0 ? read! : throw new BenchUsageException(problems);
    }

    /// <summary>Reads what a run is made from, for a command that plans it.</summary>
    /// <exception cref="BenchUsageException">Settings or prompts have faults; names all.</exception>
    public BenchInputs ReadInputs(ParseResult result, CliHost host)
    {
        var problems = new List<string>();
        var (given, properties) = Given(result, [], problems);
        BenchInputs? read = null;
        Try(() => read = BenchInputs.ReadGiven(InputOf(result, host, given, properties, [])), problems);
        return problems.Count == 0 ? read! : throw new BenchUsageException(problems);
    }

    /// <summary>Reads what a run is made from, for a command that starts <c>dotnet test</c> with it.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="host">The world around it.</param>
    /// <param name="own">What the command's own options set; wins over all.</param>
    /// <param name="defaultRunSettings">The run-settings file when none is given, below the root; left out where it does not exist.</param>
    /// <param name="problems">Where faults of settings and prompts go.</param>
    /// <returns>Null when there are such faults.</returns>
    public LaunchSettings? ReadForLaunch(ParseResult result, CliHost host, IReadOnlyList<GivenOption> own, string defaultRunSettings, List<string> problems)
    {
        var known = problems.Count;
        var (given, properties) = Given(result, [], problems);
        var other = given.Keys.Concat(properties.Keys.Select(KeyOf)).Select(LaunchSettings.NameOf).ToHashSet(StringComparer.OrdinalIgnoreCase);
        problems.AddRange(own.Where(setting => other.Contains(setting.Key)).Select(setting => $"{setting.Key} is given by {setting.Option} and by --set or -p. Give one of the two only."));
        problems.AddRange(other.Where(key => SettingsCatalog.Find(key) is null && key.Contains(':', StringComparison.Ordinal)).Select(key => $"'{key}' cannot be handed on to dotnet test. Give the whole setting, e.g. --set {key[..key.IndexOf(':', StringComparison.Ordinal)]}=name=value."));
        foreach (var setting in own)
        {
            given[setting.Key] = setting.Value;
        }

        LaunchSettings? read = null;
        Try(
            () =>
            {
                var input = InputOf(result, host, given, properties, own);
                var fallback = Path.Combine(SettingsRoot.Above(input.Folder), defaultRunSettings);
                input = input with { RunSettingsFile = input.RunSettingsFile ?? (File.Exists(fallback) ? fallback : null) };
                read = LaunchSettings.Of(input, properties.ToDictionary(pair => KeyOf(pair.Key), pair => pair.Value).Concat(given));
            },
            problems);
        return problems.Count == known ? read : null;
    }

    private static void Try(Action read, List<string> problems)
    {
        try
        {
            read();
        }
        catch (BenchUsageException e)
        {
            problems.AddRange(e.Problems);
        }
    }

    private (Dictionary<string, string> Settings, Dictionary<string, string> Properties) Given(ParseResult result, IReadOnlyList<GivenOption> own, List<string> problems)
    {
        var given = Pairs("--set", result.GetValue(set), problems);
        foreach (var option in own)
        {
            given[option.Key] = option.Value;
        }

        var properties = Pairs("-p", result.GetValue(property), problems);
        foreach (var name in properties.Keys.Where(name => !name.StartsWith("Bench", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            problems.Add($"-p names the property '{name}', which is none of Bench's: they begin with 'Bench', e.g. BenchParallel=4. Leave it out.");
            properties.Remove(name);
        }

        return (given, properties);
    }

    private SettingsInput InputOf(
        ParseResult result, CliHost host, Dictionary<string, string> given, Dictionary<string, string> properties, IReadOnlyList<GivenOption> own, bool needsProject = true) => new()
    {
        Folder = needsProject || result.GetValue(project) is not null ? ProjectOf(result, host) : ProjectFolder.TryFind(host.CurrentFolder) ?? host.CurrentFolder,
        Environment = WithProperties(host.Environment, properties),
        TimeProvider = host.TimeProvider,
        IsCi = SettingsInput.SaysCi(host.Environment),
        RunSettingsFile = result.GetValue(settings) is { } file ? Path.GetFullPath(file, host.CurrentFolder) : null,
        CommandLine = given,
        CommandLineOptions = own.ToDictionary(option => option.Key, option => option.Option),
    };

    private static Dictionary<string, string> Pairs(string option, string[]? texts, List<string> problems)
    {
        var pairs = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in texts ?? [])
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                problems.Add($"{option} is '{text}', but must be a name and a value with '=' between them, e.g. {(option == "-p" ? "BenchParallel=4" : "Parallel=4")}.");
                continue;
            }

            pairs[text[..equals]] = text[(equals + 1)..];
        }

        return pairs;
    }

    private static string KeyOf(string property) =>
        SettingsCatalog.All.FirstOrDefault(setting => setting.MsBuildProperty.Equals(property, StringComparison.OrdinalIgnoreCase))?.Key ?? property["Bench".Length..];

    // What the targets of the package do for a test process.
    private static Dictionary<string, string> WithProperties(IReadOnlyDictionary<string, string> environment, Dictionary<string, string> properties)
    {
        var keys = properties.ToDictionary(pair => KeyOf(pair.Key), pair => pair.Value);
        var variables = new Dictionary<string, string>(environment, StringComparer.Ordinal);
        foreach (var (key, value) in keys)
        {
            variables[SettingsCatalog.VariablePrefix + key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        variables["BENCH_MSBUILD_SETTINGS"] = string.Join('+', keys.Keys);
        return variables;
    }
}
