using System.Globalization;
using System.Text.RegularExpressions;
using Bench.Fixtures.Prompts;

namespace Bench.Fixtures.Settings;

/// <summary>Reads the settings of a run from all sources; docs/formats/settings.md lists sources and settings.</summary>
public static partial class SettingsReader
{
    /// <summary>The file with the settings of a benchmark project.</summary>
    public const string FileName = "bench.json";

    /// <summary>Reads and validates. Later sources win: defaults, bench.json, bench.&lt;profile&gt;.json, the defaults of a soak where it is one, the settings of the first start of a run that is taken up again, environment, run settings, MSBuild properties, command line.</summary>
    /// <exception cref="BenchUsageException">Unknown keys, unknown workflows, values of a wrong form, missing keys of the live profile: all named at once.</exception>
    public static BenchSettings Read(SettingsInput input)
    {
        var problems = new List<string>();
        var settings = Read(input, problems);
        return problems.Count == 0 ? settings : throw new BenchUsageException(problems);
    }

    /// <summary>Reads as far as there is something to read.</summary>
    /// <param name="input">The sources.</param>
    /// <param name="problems">Where faults go; what they are about then has its default.</param>
    /// <exception cref="BenchUsageException">A file is not JSON, or is no run-settings file.</exception>
    internal static BenchSettings Read(SettingsInput input, List<string> problems) => Build(input, ReadLayers(input, problems), problems);

    /// <summary>Where the tests' results go as JUnit XML, also where other settings are wrong: the row that names those is a result too. Null when nobody says.</summary>
    internal static string? JUnitFileOf(SettingsInput input)
    {
        SettingsLayers layers;
        try
        {
            layers = ReadLayers(input, []);
        }
        catch (BenchUsageException) when (input.ReadsFiles)
        {
            // bench.json is no JSON; what stands in it nobody knows.
            layers = ReadLayers(input with { ReadsFiles = false }, []);
        }

        return new SettingsValues(layers, SettingsRoot.Of(input.Folder), []).PathTo("JUnitFile");
    }

    /// <summary>The environment variables that a run-settings file gives to the test process.</summary>
    /// <exception cref="BenchUsageException">The file is missing or is no run-settings file.</exception>
    public static IReadOnlyDictionary<string, string> ReadRunSettings(string path) => RunSettingsFile.Read(path);

    private static SettingsLayers ReadLayers(SettingsInput input, List<string> problems)
    {
        ReportSingleUnderscores(input.Environment, problems);
        var file = FileOf(input, FileName, problems);
        var granted = SettingsSources.CommandDefaults(input);
        IReadOnlyList<SettingsLayer> others = [.. SettingsSources.Environment(input), SettingsSources.CommandLine(input)];
        var named = FirstStart.Find(new([file, .. others], []), SettingsRoot.Above(input.Folder), problems);
        var first = named is { } run ? FirstStart.Read(run.Folder, run.IsRerun) : new("first start");
        var profile = ProfileOf([file, first, .. others]);
        if (profile is null)
        {
            return new([granted, file, first, .. others], problems);
        }

        var profileFile = FileOf(input, $"bench.{profile}.json", problems);
        if (profileFile.Settings.TryGetValue("Profile", out var inner))
        {
            problems.Add($"The file 'bench.{profile}.json' sets Profile, but is read because Profile is '{profile}' already. Remove {inner.Where}.");
        }

        return new([granted, file, profileFile, SoakDefaults([granted, file, profileFile, first, .. others]), first, .. others], problems);
    }

    private static SettingsLayer FileOf(SettingsInput input, string name, List<string> problems) =>
        input.ReadsFiles ? SettingsFile.Read(Path.Combine(input.Folder, name), problems) : new(name);

    // BENCH_PARALLEL=8 would be silently without effect. BENCH_RUN_… belongs to Bench itself.
    private static void ReportSingleUnderscores(IReadOnlyDictionary<string, string> environment, List<string> problems)
    {
        foreach (var name in environment.Keys.Where(name => name.StartsWith("BENCH_", StringComparison.Ordinal) && name.Length > 6 && name[6] != '_' && !name.StartsWith("BENCH_RUN", StringComparison.Ordinal)))
        {
            var bare = "Bench" + name[6..].Replace("_", "", StringComparison.Ordinal);
            if (SettingsCatalog.All.FirstOrDefault(setting => setting.MsBuildProperty.Equals(bare, StringComparison.OrdinalIgnoreCase)) is { } meant)
            {
                problems.Add($"The environment variable {name} is no setting: their names begin with BENCH and two underscores. Did you mean {meant.EnvironmentVariable}? Rename it, or unset it.");
            }
        }
    }

    // The name in the profile file's name; null when the profile is unknown, which is reported when it is read as a setting.
    private static string? ProfileOf(IEnumerable<SettingsLayer> layers)
    {
        var problems = new List<string>();
        var profile = new SettingsValues(new(layers, []), "", problems).Choice("Profile", SettingNames.Profiles);
        return problems.Count == 0 ? SettingNames.Of(profile) : null;
    }

    private static BenchSettings Build(SettingsInput input, SettingsLayers layers, List<string> problems)
    {
        var root = SettingsRoot.Of(input.Folder);
        var values = new SettingsValues(layers, root, problems);
        var policy = values.Choice("OnEnvFailure", SettingNames.EnvFailurePolicies);
        var model = ReadModels(values);
        var resume = values.Text("Resume");
        var profile = values.Choice("Profile", SettingNames.Profiles);
        var soak = ReadSoak(values, profile, input.Environment, problems);
        var parallel = values.IntegerOrAuto("Parallel", least: 1);
        var settings = new BenchSettings
        {
            Profile = profile,
            RunId = ReadRunId(values, resume, soak is null ? "bench" : "soak", input.TimeProvider, problems),
            Resume = resume is not null,
            RerunOf = FirstStart.FolderOf(values, "Rerun"),
            PromptsFile = values.PathTo("PromptsFile")!,
            Prompts = ReadPrompts(values, problems),
            Workflows = ReadWorkflows(values, problems),
            Parallel = parallel ?? BenchSettings.AutoParallel(input.Cores),
            ParallelIsAuto = parallel is null,
            ProviderLimits = ReadProviderLimits(values, model, problems),
            Model = model,
            Fallback = ReadFallback(values, problems),
            MaxRetries = values.Integer("MaxRetries", least: 0),
            AgentRetries = values.Integer("AgentRetries", least: 0),
            Timeout = values.Duration("Timeout", least: TimeSpan.FromMilliseconds(1)),
            StallThreshold = values.Duration("StallThreshold", least: TimeSpan.FromMilliseconds(1)),
            MaxLogBytes = values.Integer("MaxLogBytes", least: 65_536),
            Trials = values.Integer("Trials", least: 1, most: BenchSettings.MostTrials),
            Soak = soak,
            Faults = ReadFaults(values, problems),
            FaultExpectations = values.ExistingFile("FaultExpectations"),
            Seed = values.Integer("Seed", least: int.MinValue),
            Order = values.Choice("Order", SettingNames.Orders),
            OnEnvFailure = policy,
            FailOnEnvFailure = policy == EnvFailurePolicy.Fail || (policy == EnvFailurePolicy.Auto && input.IsCi),
            OutputDir = ReadOutputDir(values, resume, problems),
            Gateway = ReadGateway(values, profile, problems),
            Agents = ReadAgents(values, root),
            CcGlm = new() { HeadlessScript = values.ExistingFile("CcGlm:HeadlessScript") },
            WorkTree = ReadWorkTree(values, problems),
            Dispatch = ReadDispatch(values, problems),
            PricesFile = values.ExistingFile("PricesFile"),
            JUnitFile = values.PathTo("JUnitFile"),
            KeepWorkspaces = values.Flag("KeepWorkspaces"),
        };
        RefuseFaultsOutsideEmbedded(settings, problems);
        RefuseFallbackOfFaults(settings, problems);
        RefuseBesideSoak(settings, problems);
        return settings with
        {
            Trials = soak?.MaxRounds ?? settings.Trials,
            Live = LiveUpstreams.Read(values, settings, input.Environment, input.AsksModels ? problems : []),
            Sources = values.Sources,
        };
    }

    private static string ReadRunId(SettingsValues values, string? resume, string kind, TimeProvider timeProvider, List<string> problems)
    {
        if (resume is not null)
        {
            var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(resume));
            if (values.Text("RunId") is { } other && other != name)
            {
                problems.Add($"Resume names the run '{name}' and RunId is '{other}'. A resumed run keeps its id: give one of the two only.");
            }

            values.Note("RunId", name, "Resume");
            return name;
        }

        if (values.Text("RunId", id => RunIdRegex().IsMatch(id) && !id.Contains("..", StringComparison.Ordinal)) is { } given)
        {
            return given;
        }

        var made = string.Create(CultureInfo.InvariantCulture, $"{kind}-{timeProvider.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}");
        values.Note("RunId", made, "default");
        return made;
    }

    // Which ids exist is known when the prompt file is read.
    private static string[] ReadPrompts(SettingsValues values, List<string> problems)
    {
        var (items, whole) = values.List("Prompts");
        foreach (var repeated in items.GroupBy(item => item.Value).Where(group => group.Count() > 1))
        {
            problems.Add($"Prompts names '{repeated.Key}' {repeated.Count()} times ({whole.Source}); Trials repeats a prompt. Correct {repeated.Last().Where}.");
        }

        if (items.Count == 0 && whole.Source != SettingsValues.DefaultSource)
        {
            problems.Add($"Prompts is an empty list ({whole.Source}). Name at least one prompt, or leave it out to run all. Correct {whole.Where}.");
        }

        return [.. items.Select(item => item.Value).Distinct()];
    }

    private static List<string> ReadWorkflows(SettingsValues values, List<string> problems)
    {
        var known = WorkflowCatalog.All.Select(workflow => workflow.Id).ToList();
        var (items, whole) = values.List("Workflows");
        foreach (var item in items.Where(item => !known.Contains(item.Value)))
        {
            problems.Add(
                $"Workflows names '{item.Value}' ({item.Source}), which does not exist.{MeantWorkflows(item.Value, known)} Known: {NearestName.Quoted(known)}. Correct {item.Where}.");
        }

        foreach (var repeated in items.GroupBy(item => item.Value).Where(group => group.Count() > 1))
        {
            problems.Add($"Workflows names '{repeated.Key}' {repeated.Count()} times ({whole.Source}); Trials repeats a workflow. Correct {repeated.Last().Where}.");
        }

        if (items.Count == 0)
        {
            problems.Add($"Workflows is an empty list ({whole.Source}). Name at least one of {NearestName.Quoted(known)}. Correct {whole.Where}.");
        }

        return [.. items.Select(item => item.Value).Distinct()];
    }

    // Who names a system means its workflows.
    private static string MeantWorkflows(string given, IEnumerable<string> known)
    {
        var ofSystem = WorkflowCatalog.All.Where(workflow => workflow.System.Equals(given.Replace('_', '-'), StringComparison.OrdinalIgnoreCase)).Select(workflow => workflow.Id).ToList();
        return ofSystem.Count == 0
            ? NearestName.Hint(given, known)
            : $" '{given}' is a system, whose {(ofSystem.Count == 1 ? "workflow is" : "workflows are")} {NearestName.Quoted(ofSystem)}: name {(ofSystem.Count == 1 ? "that" : "one or more of these")}.";
    }

    private static SortedDictionary<string, int> ReadProviderLimits(SettingsValues values, ModelSettings model, List<string> problems)
    {
        var providers = WorkflowCatalog.All.Select(workflow => model.ProviderOf(workflow)).Distinct().ToList();
        var limits = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (provider, given) in values.Map("ProviderLimits"))
        {
            // Providers are an open set, so only what looks like a slip of the pen is refused.
            if (!providers.Contains(provider) && NearestName.Of(provider, providers) is { } meant)
            {
                problems.Add(
                    $"ProviderLimits names '{provider}' ({given.Source}), which no lane uses. Did you mean '{meant}'? In use: {NearestName.Quoted(providers)}. Correct {given.Where}.");
            }

            if (!int.TryParse(given.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) || limit < 1)
            {
                values.Refuse("ProviderLimits", given with { Value = $"{provider}={given.Value}" });
            }

            limits[provider] = limit;
        }

        return limits;
    }

    private static string ReadOutputDir(SettingsValues values, string? resume, List<string> problems)
    {
        var isPath = resume is not null && Path.GetFileName(resume) != resume;
        var path = isPath ? Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(values.PathTo("Resume")!))! : values.PathTo("OutputDir")!;
        if (File.Exists(path))
        {
            problems.Add($"OutputDir is '{path}', but that is a file. Name a folder by OutputDir in {FileName} or by BENCH__OutputDir.");
        }

        return path;
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,98}[A-Za-z0-9_-]\z|^[A-Za-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex RunIdRegex();
}
