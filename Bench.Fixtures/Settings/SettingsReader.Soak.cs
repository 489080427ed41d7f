using System.Globalization;

namespace Bench.Fixtures.Settings;

// A soak: its own defaults, and what it cannot be combined with.
public static partial class SettingsReader
{
    private const string Rounds = "Soak:Rounds";
    private const string MaxRounds = "Soak:MaxRounds";
    private const string Dispatcher = "Soak:Dispatcher";

    // Over bench.json, which speaks of benchmarks, and under all that a person gives for this run.
    private static SettingsLayer SoakDefaults(IEnumerable<SettingsLayer> given)
    {
        var layer = new SettingsLayer("soak");
        foreach (var (key, value) in given.Any(source => source.Settings.ContainsKey(Rounds)) ? SoakSettings.Defaults : new Dictionary<string, string>())
        {
            layer.Add(key, value, $"{key}, which is a default of a soak");
        }

        return layer;
    }

    private static SoakSettings? ReadSoak(SettingsValues values, Profile profile, IReadOnlyDictionary<string, string> environment, List<string> problems)
    {
        var (rounds, most) = (values.Text(Rounds), values.Text(MaxRounds));
        if (rounds is null)
        {
            foreach (var (key, value) in new[] { (MaxRounds, most), (Dispatcher, values.Text(Dispatcher)) }.Where(given => given.Item2 is not null))
            {
                problems.Add($"{key} is '{value}', but {Rounds} is not set, so that the run is no soak. Set {Rounds} to the number of clean rounds in a row that are required, or remove {key}.");
            }

            return null;
        }

        var required = values.Integer(Rounds, least: 1, most: BenchSettings.MostTrials);
        var soak = new SoakSettings { Rounds = required, MaxRounds = most is null ? required : values.Integer(MaxRounds, least: 1, most: BenchSettings.MostTrials), Dispatcher = ReadDispatcher(values, profile, environment, problems) };
        if (soak.Rounds >= 1 && soak.MaxRounds >= 1 && soak.MaxRounds < soak.Rounds)
        {
            problems.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{MaxRounds} is '{soak.MaxRounds}' and {Rounds} is '{soak.Rounds}': {soak.Rounds} clean rounds cannot come from {soak.MaxRounds}. Set {MaxRounds} to {soak.Rounds} or more, or remove it."));
        }

        return soak;
    }

    private static string? ReadDispatcher(SettingsValues values, Profile profile, IReadOnlyDictionary<string, string> environment, List<string> problems)
    {
        if (values.Text(Dispatcher) is not { } given)
        {
            return null;
        }

        // Its jobs ask the real providers, whatever Bench has behind the model.
        if (profile is not (Profile.Live or Profile.DryRun))
        {
            problems.Add($"{Dispatcher} is '{given}', but Profile is '{SettingNames.Of(profile)}': the jobs of a dx-runner ask the real providers. Set Profile to 'live', or remove {Dispatcher}.");
        }

        var isPath = given.Contains('/', StringComparison.Ordinal) || given.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal);
        var searched = (environment.GetValueOrDefault("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathFullyQualified);
        var found = isPath ? values.PathTo(Dispatcher) : searched.Select(folder => Path.Combine(folder, given)).FirstOrDefault(File.Exists);
        if (found is null || !File.Exists(found))
        {
            problems.Add($"{Dispatcher} is '{given}', but {(found is null ? "no folder of PATH has such a program" : $"'{found}' does not exist")}. Name the path of a dx-runner, or put it on PATH.");
        }

        return found;
    }

    private static void RefuseBesideSoak(BenchSettings settings, List<string> problems)
    {
        if (settings.Soak is null)
        {
            return;
        }

        if (settings.Trials != 1)
        {
            problems.Add(string.Create(
                CultureInfo.InvariantCulture, $"Trials is '{settings.Trials}', but {Rounds} is set: in a soak the rounds are the trials. Remove Trials, and give the number of rounds by {Rounds} and {MaxRounds}."));
        }

        if (settings.Faults.Count > 0)
        {
            problems.Add($"Faults is '{string.Join(',', settings.Faults)}', but {Rounds} is set: a soak in which the model fails on purpose signs nothing off. Remove Faults or {Rounds}.");
        }

        if (settings.Fallback.Count > 0)
        {
            problems.Add($"Fallback is '{string.Join(',', settings.Fallback)}', but {Rounds} is set: a soak signs each provider off by its own jobs. Remove Fallback or {Rounds}.");
        }
    }
}
