using System.Globalization;
using Bench.Fixtures.Prompts;

namespace Bench.Fixtures.Settings;

// The settings of dispatched jobs.
public static partial class SettingsReader
{
    private static DispatchSettings ReadDispatch(SettingsValues values, List<string> problems)
    {
        var dir = values.PathTo("Dispatch:Dir")!;
        if (File.Exists(dir))
        {
            problems.Add($"Dispatch:Dir is '{dir}', but that is a file. Name a folder by Dispatch:Dir in {FileName} or by BENCH__Dispatch__Dir.");
        }

        return new()
        {
            Dir = dir,
            Limits = ReadDispatchLimits(values, problems),
            MaxRuntime = values.Duration("Dispatch:MaxRuntime", least: TimeSpan.FromMilliseconds(1)),
            NoMutation = values.Duration("Dispatch:NoMutation", least: TimeSpan.Zero),
            Stall = values.Duration("Dispatch:Stall", least: TimeSpan.FromMilliseconds(1)),
        };
    }

    // A provider that is not named keeps its default: no limit at all would be the dearest mistake.
    private static SortedDictionary<string, int> ReadDispatchLimits(SettingsValues values, List<string> problems)
    {
        var limits = new SortedDictionary<string, int>(
            SettingsCatalog.Find("Dispatch:Limits")!.Default.Split(',').Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => int.Parse(pair[1], CultureInfo.InvariantCulture)),
            StringComparer.Ordinal);
        var providers = limits.Keys.ToList();
        foreach (var (provider, limit) in limits)
        {
            values.Note($"Dispatch:Limits:{provider}", limit.ToString(CultureInfo.InvariantCulture), "default");
        }

        foreach (var (provider, given) in values.Map("Dispatch:Limits"))
        {
            if (!providers.Contains(provider))
            {
                problems.Add(
                    $"Dispatch:Limits names '{provider}' ({given.Source}), which is no provider.{NearestName.Hint(provider, providers)} Known: {NearestName.Quoted(providers)}. Correct {given.Where}.");
            }

            if (!int.TryParse(given.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) || limit < 1)
            {
                values.Refuse("Dispatch:Limits", given with { Value = $"{provider}={given.Value}" });
            }

            limits[provider] = limit;
        }

        return limits;
    }
}
