using System.Globalization;
using Bench.Fixtures.Prompts;

namespace Bench.Fixtures.Settings;

/// <summary>The sources of the settings, weakest first.</summary>
internal sealed class SettingsLayers
{
    private static readonly char[] Separators = [',', ';', '+'];

    private readonly List<SettingsLayer> layers;
    private readonly List<string> problems;

    /// <summary>Stacks the layers and names what they give that is no setting.</summary>
    public SettingsLayers(IEnumerable<SettingsLayer> layers, List<string> problems)
    {
        this.layers = [.. layers];
        this.problems = problems;
        foreach (var (key, given) in this.layers.SelectMany(layer => layer.Settings))
        {
            ReportUnknown(key, given);
        }
    }

    /// <summary>The value of the strongest source that gives one, or null.</summary>
    public GivenSetting? Find(string key) =>
        Strongest().Select(layer => layer.Settings.GetValueOrDefault(key)).FirstOrDefault(given => given is not null);

    /// <summary>The items of the strongest source that gives any, or null; <c>Whole</c> is what to blame for the list itself.</summary>
    public (IReadOnlyList<GivenSetting> Items, GivenSetting Whole)? FindList(string key)
    {
        foreach (var layer in Strongest())
        {
            if (layer.Settings.GetValueOrDefault(key) is { } text)
            {
                return ([.. Split(text.Value).Select(item => text with { Value = item })], text);
            }

            var items = Children(layer, key).OrderBy(child => IndexOf(child.Name)).Select(child => child.Given).ToList();
            if (items.Count > 0)
            {
                return (items, items[0] with { Value = string.Join(',', items.Select(item => item.Value)) });
            }
        }

        return null;
    }

    /// <summary>All named values, each from the strongest source that gives it.</summary>
    public IReadOnlyDictionary<string, GivenSetting> FindMap(string key)
    {
        var map = new SortedDictionary<string, GivenSetting>(StringComparer.Ordinal);
        foreach (var layer in Strongest())
        {
            foreach (var (name, given) in Children(layer, key))
            {
                map.TryAdd(name, given);
            }

            if (layer.Settings.GetValueOrDefault(key) is not { } text)
            {
                continue;
            }

            foreach (var pair in Split(text.Value))
            {
                var equals = pair.IndexOf('=', StringComparison.Ordinal);
                map.TryAdd(equals < 0 ? pair : pair[..equals].Trim(), text with { Value = equals < 0 ? "" : pair[(equals + 1)..].Trim() });
            }
        }

        return map;
    }

    private static int? IndexOf(string name) => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;

    private static string[] Split(string text) => text.Split(Separators, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<(string Name, GivenSetting Given)> Children(SettingsLayer layer, string key) =>
        from setting in layer.Settings
        where setting.Key.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase)
        select (setting.Key[(key.Length + 1)..], setting.Value);

    private IEnumerable<SettingsLayer> Strongest() => layers.AsEnumerable().Reverse();

    private void ReportUnknown(string key, GivenSetting given)
    {
        if (IsKnown(key))
        {
            return;
        }

        var members = SettingsCatalog.All.Where(setting => setting.Key.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase)).Select(setting => setting.Key).ToList();
        if (members.Count > 0)
        {
            problems.Add($"'{key}' ({given.Source}) is a group of settings and holds no value itself. Give one of {NearestName.Quoted(members)}. Correct {given.Where}.");
            return;
        }

        var keys = SettingsCatalog.All.Select(setting => setting.Key).ToList();
        var nearest = NearestName.Of(key, keys) is { } name ? $" Did you mean '{name}'?" : $" Known: {NearestName.Quoted(keys)}.";
        problems.Add($"'{key}' ({given.Source}) is no setting.{nearest} Correct {given.Where}.");
    }

    private static bool IsKnown(string key)
    {
        if (SettingsCatalog.Find(key) is not null)
        {
            return true;
        }

        var colon = key.LastIndexOf(':');
        var parent = colon < 0 ? null : SettingsCatalog.Find(key[..colon]);
        return parent?.Shape switch
        {
            SettingShape.List => IndexOf(key[(colon + 1)..]) is not null,
            SettingShape.Map => colon + 1 < key.Length,
            _ => false,
        };
    }
}
