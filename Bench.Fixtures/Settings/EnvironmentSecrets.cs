using System.Text.RegularExpressions;

namespace Bench.Fixtures.Settings;

/// <summary>Finds the secrets among environment variables, so that the redactor knows their values.</summary>
public static partial class EnvironmentSecrets
{
    /// <summary>Shorter values are not taken for secrets: replacing them would shred ordinary text.</summary>
    public const int MinLength = 8;

    /// <summary>
    /// The variables whose name says key, token, secret, password, passphrase, credential or auth, and those that the live profile names;
    /// values of at least <see cref="MinLength"/> characters. Sorted by name. Names that end like a file, folder or address are no secrets.
    /// </summary>
    public static IReadOnlyList<(string Name, string Value)> Find(IReadOnlyDictionary<string, string> environment, BenchSettings? settings = null)
    {
        var named = settings?.Live.Values.Select(upstream => upstream.KeyVariable).ToHashSet(StringComparer.Ordinal) ?? [];
        return
        [
            .. environment
                .Where(variable => variable.Value.Length >= MinLength && (named.Contains(variable.Key) || SaysSecret(variable.Key)))
                .OrderBy(variable => variable.Key, StringComparer.Ordinal)
                .Select(variable => (variable.Key, variable.Value)),
        ];
    }

    /// <summary>The same, and variables that hold a secret although their names may not say so, where their value is that long without the blanks around it.</summary>
    /// <param name="environment">The environment variables.</param>
    /// <param name="keyVariables">Their names.</param>
    public static IEnumerable<(string Name, string Value)> FindWith(IReadOnlyDictionary<string, string> environment, params IEnumerable<string> keyVariables)
    {
        var named = from name in keyVariables
                    let value = environment.GetValueOrDefault(name)
                    where value?.Trim().Length >= MinLength
                    select (Name: name, Value: value);
        return Find(environment).Union(named);
    }

    private static bool SaysSecret(string name) =>
        SecretRegex().IsMatch(name) && !PlaceRegex().IsMatch(name) && !name.StartsWith(SettingsCatalog.VariablePrefix, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex("(^|_)([A-Z0-9]*(KEYS?|TOKEN|SECRETS?|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?)|PASS|PAT|AUTH)(_|[0-9]*$)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex SecretRegex();

    [GeneratedRegex("_(FILE|PATH|DIR|FOLDER|URL|URI|ENDPOINT|SOCK|NAME|TYPE|HELPER|ASKPASS)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex PlaceRegex();
}
