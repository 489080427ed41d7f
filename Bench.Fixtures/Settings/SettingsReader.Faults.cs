using Bench.Fixtures.Prompts;

namespace Bench.Fixtures.Settings;

// Faults on purpose.
public static partial class SettingsReader
{
    private const string AllFaults = "all";

    private static string[] ReadFaults(SettingsValues values, List<string> problems)
    {
        var (items, whole) = values.List("Faults");
        if (items is [{ Value: AllFaults }])
        {
            return [.. FaultCatalog.Ids];
        }

        foreach (var item in items.Where(item => !FaultCatalog.Ids.Contains(item.Value)))
        {
            problems.Add(item.Value == AllFaults
                ? $"Faults names 'all' beside other faults ({item.Source}). Name 'all' alone, or the faults. Correct {item.Where}."
                : $"Faults names '{item.Value}' ({item.Source}), which does not exist.{NearestName.Hint(item.Value, FaultCatalog.Ids)} Known: 'all', {NearestName.Quoted(FaultCatalog.Ids)}. Correct {item.Where}.");
        }

        foreach (var repeated in items.GroupBy(item => item.Value).Where(group => group.Count() > 1))
        {
            problems.Add($"Faults names '{repeated.Key}' {repeated.Count()} times ({whole.Source}); Trials repeats a fault. Correct {repeated.Last().Where}.");
        }

        return [.. items.Select(item => item.Value).Distinct()];
    }

    // A route away from a fault that is injected on every lane alike would only repeat it.
    private static void RefuseFallbackOfFaults(BenchSettings settings, List<string> problems)
    {
        if (settings.HasFaults && settings.Fallback.Count > 0)
        {
            problems.Add($"Fallback is '{string.Join(',', settings.Fallback)}', but the model fails on purpose (Faults, Gateway:FaultPlan), on every lane alike. Leave one of the two unset.");
        }
    }

    // Only where Bench itself is the provider does it decide how the provider fails.
    private static void RefuseFaultsOutsideEmbedded(BenchSettings settings, List<string> problems)
    {
        if (settings.Profile == Profile.Embedded)
        {
            return;
        }

        foreach (var (key, value) in new[] { ("Faults", string.Join(',', settings.Faults)), ("Gateway:FaultPlan", settings.Gateway.FaultPlan) })
        {
            if (!string.IsNullOrEmpty(value))
            {
                problems.Add($"{key} is '{value}', but Profile is '{SettingNames.Of(settings.Profile)}': only the scripted model of the profile 'embedded' fails on demand. Remove {key}, or set Profile to 'embedded'.");
            }
        }
    }
}
