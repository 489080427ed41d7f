using System.Globalization;
using Bench.Fixtures.Prompts;

namespace Bench.Fixtures.Settings;

/// <summary>Turns given texts into values, naming those that have the wrong form, and notes where each came from.</summary>
internal sealed class SettingsValues(SettingsLayers layers, string root, List<string> problems)
{
    /// <summary>The source of a value that nobody gave.</summary>
    public const string DefaultSource = "default";

    private static readonly TimeSpan LongestDuration = TimeSpan.FromHours(24);

    private readonly SortedDictionary<string, SettingSource> sources = new(StringComparer.Ordinal);

    /// <summary>Every setting that was read and has a value, sorted by key.</summary>
    public IReadOnlyList<SettingSource> Sources => [.. sources.Values];

    /// <summary>The text, or null when neither given nor default.</summary>
    public string? Text(string key)
    {
        var value = Given(key).Value;
        return value.Length == 0 ? null : value;
    }

    /// <summary>A text that passes a test.</summary>
    public string? Text(string key, Func<string, bool> isAllowed)
    {
        var given = Given(key);
        if (given.Value.Length == 0 || isAllowed(given.Value))
        {
            return given.Value.Length == 0 ? null : given.Value;
        }

        Refuse(key, given);
        return null;
    }

    /// <summary>A whole number.</summary>
    public int Integer(string key, int least, int most = int.MaxValue)
    {
        var given = Given(key);
        var isNumber = int.TryParse(given.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        return Accept(key, given, isNumber && number >= least && number <= most, number);
    }

    /// <summary>A whole number, or null for <c>auto</c>.</summary>
    public int? IntegerOrAuto(string key, int least)
    {
        var given = Given(key);
        return given.Value.Equals("auto", StringComparison.OrdinalIgnoreCase) ? null : Integer(key, least);
    }

    /// <summary>A number, with a point before its fraction.</summary>
    public double Number(string key, double least, double most)
    {
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        var given = Given(key);
        var isNumber = double.TryParse(given.Value, Styles, CultureInfo.InvariantCulture, out var number);
        return Accept(key, given, isNumber && number >= least && number <= most, number);
    }

    /// <summary>A duration of at most a day.</summary>
    public TimeSpan Duration(string key, TimeSpan least)
    {
        var given = Given(key);
        var duration = DurationText.TryParse(given.Value);
        return Accept(key, given, duration >= least && duration <= LongestDuration, duration ?? default);
    }

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public bool Flag(string key)
    {
        var given = Given(key);
        return Accept(key, given, bool.TryParse(given.Value, out var flag), flag);
    }

    /// <summary>One of the names, letter case, hyphens and underscores ignored.</summary>
    public TChoice Choice<TChoice>(string key, IReadOnlyDictionary<string, TChoice> choices)
        where TChoice : struct
    {
        var given = Given(key);
        var name = choices.Keys.FirstOrDefault(choice => Bare(choice).Equals(Bare(given.Value), StringComparison.OrdinalIgnoreCase));
        if (name is not null)
        {
            return choices[name];
        }

        Refuse(key, given, NearestName.Hint(given.Value, choices.Keys));
        return default;
    }

    /// <summary>An absolute path, or null when neither given nor default; relative ones start from the root.</summary>
    public string? PathTo(string key) => Text(key) is { } path ? Path.GetFullPath(path, root) : null;

    /// <summary>The absolute path of a file that exists.</summary>
    public string? ExistingFile(string key) => Existing(key, File.Exists);

    /// <summary>The absolute path of a folder that exists.</summary>
    public string? ExistingFolder(string key) => Existing(key, Directory.Exists);

    /// <summary>The items of a list, and what to blame for the list itself; no items when neither given nor default.</summary>
    public (IReadOnlyList<GivenSetting> Items, GivenSetting Whole) List(string key)
    {
        var whole = Default(SettingsCatalog.Find(key)!);
        if (layers.FindList(key) is not { } list)
        {
            if (whole.Value.Length == 0)
            {
                return ([], whole);
            }

            list = ([.. whole.Value.Split(',').Select(item => whole with { Value = item })], whole);
        }

        Note(key, list.Whole.Value, list.Whole.Source);
        return list;
    }

    /// <summary>The named values of a map.</summary>
    public IReadOnlyDictionary<string, GivenSetting> Map(string key)
    {
        var map = layers.FindMap(key);
        foreach (var (name, given) in map)
        {
            Note($"{key}:{name}", given.Value, given.Source);
        }

        return map;
    }

    /// <summary>Notes a value that was made, not given.</summary>
    public void Note(string key, string value, string source) => sources[key] = new(key, value, source);

    /// <summary>Names a value that has the wrong form.</summary>
    public void Refuse(string key, GivenSetting given, string hint = "") =>
        problems.Add($"{key} is '{given.Value}' ({given.Source}), but must be {SettingsCatalog.Find(key)!.Allowed}.{hint} Correct {given.Where}.");

    // Which folder a relative path was looked for in is the first thing to know.
    private string From(string given) => Path.IsPathRooted(given) ? "" : $" Relative paths start at '{root}'.";

    private static string Bare(string name) => name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);

    private static GivenSetting Default(SettingDefinition setting) => new(setting.Default, DefaultSource, "the default");

    private GivenSetting Given(string key)
    {
        var given = layers.Find(key) ?? Default(SettingsCatalog.Find(key)!);
        if (given.Value.Length > 0)
        {
            Note(key, given.Value, given.Source);
        }

        return given;
    }

    private TValue Accept<TValue>(string key, GivenSetting given, bool isAllowed, TValue value)
    {
        if (!isAllowed)
        {
            Refuse(key, given);
        }

        return value;
    }

    private string? Existing(string key, Func<string, bool> exists)
    {
        var path = PathTo(key);
        if (path is not null && !exists(path))
        {
            var given = Given(key);
            problems.Add($"{key} is '{given.Value}' ({given.Source}), but '{path}' does not exist; it must be {SettingsCatalog.Find(key)!.Allowed}.{From(given.Value)} Correct {given.Where}.");
        }

        return path;
    }
}
