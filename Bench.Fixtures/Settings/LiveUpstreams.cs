using System.Text.RegularExpressions;

namespace Bench.Fixtures.Settings;

/// <summary>The real providers of the live profile, and whether everything that they need is there.</summary>
internal static partial class LiveUpstreams
{
    private static readonly IReadOnlyList<(string System, string Group)> Groups =
    [
        ("opencode", "Live:OpenCode"),
        ("cc-glm", "Live:CcGlm"),
        ("gemini", "Live:Gemini"),
    ];

    /// <summary>The upstreams that are given in full, by system. In the live profile each lane of the run needs one, and its key, unless a dx-runner runs the jobs.</summary>
    public static IReadOnlyDictionary<string, UpstreamSettings> Read(
        SettingsValues values, BenchSettings settings, IReadOnlyDictionary<string, string> environment, List<string> problems)
    {
        var upstreams = new Dictionary<string, UpstreamSettings>(StringComparer.Ordinal);
        foreach (var (system, group) in Groups)
        {
            var url = ReadBaseUrl(values, $"{group}:BaseUrl", problems);
            var variable = ReadKeyVariable(values, $"{group}:KeyVariable", problems);
            if (url is not null && variable is not null)
            {
                upstreams.Add(system, new() { BaseUrl = url, KeyVariable = variable });
            }

            var lanes = settings.Workflows.Union(FallbackRoute.Of(settings.Workflows, settings.Fallback).Select(lane => lane.Id))
                .Where(id => WorkflowCatalog.Find(id)?.System == system).ToList();
            if (settings.Profile == Profile.Live && settings.Soak?.Dispatcher is null && lanes.Count > 0)
            {
                ReportMissing(group, lanes, url, variable, environment, problems);
            }
        }

        return upstreams;
    }

    private static void ReportMissing(
        string group, List<string> lanes, string? url, string? variable, IReadOnlyDictionary<string, string> environment, List<string> problems)
    {
        var users = string.Join(", ", lanes);
        if (url is null)
        {
            problems.Add($"The live profile needs {group}:BaseUrl for {users}. Give the address of the API in bench.live.json, or name other Workflows.");
        }

        if (variable is null)
        {
            problems.Add($"The live profile needs {group}:KeyVariable for {users}. Give the name of the environment variable that holds the key in bench.live.json, or name other Workflows.");
        }
        else if (string.IsNullOrWhiteSpace(environment.GetValueOrDefault(variable)))
        {
            problems.Add($"The live profile needs the key of {users} in the environment variable {variable} ({group}:KeyVariable), which is not set. Set it, or name another variable.");
        }
        else if (environment[variable].Length < EnvironmentSecrets.MinLength)
        {
            problems.Add(FormattableString.Invariant(
                $"The environment variable {variable} ({group}:KeyVariable) holds fewer than {EnvironmentSecrets.MinLength} characters, which is no key and could not be redacted. Set it to the key of {users}."));
        }
        else if (UnfitCharacters(environment[variable]) is { Length: > 0 } unfit)
        {
            problems.Add(
                $"The environment variable {variable} ({group}:KeyVariable), the key of {users}, holds {unfit}: no key has that, and no HTTP header can carry it (its value is not shown). Set it again, without line ends and blanks: {variable}=\"$(tr -d '[:space:]' < FILE)\".");
        }
    }

    // Only the kind of a character and whether it ends the key: nothing of the value.
    private static string UnfitCharacters(string key)
    {
        static string NameOf(char character) => character switch
        {
            ' ' => "a blank",
            '\t' => "a tab",
            '\r' => "a carriage return (\\r)",
            '\n' => "a line end (\\n)",
            < ' ' or '\u007f' => FormattableString.Invariant($"the control character U+{(int)character:X4}"),
            _ => "a character beyond ASCII",
        };

        return string.Join(" and ", key.Where(character => character is <= ' ' or > '~').Select(NameOf).Distinct());
    }

    private static string? ReadBaseUrl(SettingsValues values, string key, List<string> problems)
    {
        // A user name or query in the address may be a secret: the message does not repeat the address.
        var text = values.Text(key);
        if (text is null || (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0))
        {
            return text?.TrimEnd('/');
        }

        problems.Add($"{key} is no http or https address without user name, query and fragment (its value is not shown, as it may hold a secret). Give an address such as 'https://api.example.com/v1'; the key goes into the variable that KeyVariable names.");
        return null;
    }

    private static string? ReadKeyVariable(SettingsValues values, string key, List<string> problems)
    {
        var name = values.Text(key);
        if (name is null || VariableRegex().IsMatch(name))
        {
            return name;
        }

        problems.Add($"{key} is no name of an environment variable (its value is not shown, as it may be the key itself). Put the key into a variable and give the variable's name, e.g. 'ZHIPU_API_KEY'.");
        return null;
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex VariableRegex();
}
