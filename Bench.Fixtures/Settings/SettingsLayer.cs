namespace Bench.Fixtures.Settings;

/// <summary>The settings that one source gives. Keys ignore letter case; blank values are not given.</summary>
internal sealed class SettingsLayer(string source)
{
    private readonly Dictionary<string, GivenSetting> settings = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Its name.</summary>
    public string Source => source;

    /// <summary>What was given, by key.</summary>
    public IReadOnlyDictionary<string, GivenSetting> Settings => settings;

    /// <summary>Adds a value; the first one stays when the key is given twice.</summary>
    /// <param name="key">Groups separated by colons.</param>
    /// <param name="value">As given.</param>
    /// <param name="where">What to correct, to follow the word "Correct".</param>
    /// <param name="detail">What tells this value's source from the layer's others.</param>
    public void Add(string key, string value, string where, string? detail = null)
    {
        if (!string.IsNullOrWhiteSpace(value))
        {
            settings.TryAdd(key, new(value.Trim(), detail is null ? source : $"{source} ({detail})", where));
        }
    }

    /// <summary>Adds a value that another source gave at an earlier time.</summary>
    public void AddFrom(string givenBy, string key, string value, string where) => settings.TryAdd(key, new(value, givenBy, where));

    /// <summary>Adds a list that was given without any item, which is a fault and not the same as a list that was not given.</summary>
    public void AddEmptyList(string key, string where) => settings.TryAdd(key, new("", source, where));
}

/// <summary>A value that a source gives.</summary>
/// <param name="Value">Trimmed text.</param>
/// <param name="Source">As in <see cref="SettingSource.Source"/>.</param>
/// <param name="Where">What to correct, to follow the word "Correct".</param>
internal sealed record GivenSetting(string Value, string Source, string Where);
