using System.Text.RegularExpressions;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Workflows;

/// <summary>Compares the many spellings of one model.</summary>
public static partial class ModelNames
{
    /// <summary>The model's name at its API: OpenCode spells <c>provider/model</c>, the other lanes the bare name.</summary>
    public static string Bare(AgentKind agent, string model)
    {
        var slash = model.IndexOf('/', StringComparison.Ordinal);
        return agent == AgentKind.OpenCode && slash >= 0 ? model[(slash + 1)..] : model;
    }

    /// <summary>
    /// Whether an answer of <paramref name="answered"/> is one of <paramref name="asked"/>. Letter case, a provider's or <c>models/</c> prefix and
    /// Claude Code's <c>[1m]</c> mark make no difference; nor does a date or number that the provider adds to name the version it chose.
    /// </summary>
    public static bool AreSame(string asked, string answered)
    {
        var left = Plain(asked);
        var right = Plain(answered);
        return IsTail(left, right) || IsTail(right, left) || IsTail(left, WithoutVersion(right));
    }

    private static bool IsTail(string name, string tail) =>
        name == tail || (tail.Length > 0 && name.EndsWith("/" + tail, StringComparison.Ordinal));

    private static string Plain(string name) => name.Trim().ToLowerInvariant().Replace("[1m]", "", StringComparison.Ordinal);

    private static string WithoutVersion(string name) => VersionRegex().Replace(name, "");

    // claude-sonnet-4-5-20250929, gpt-4o-2024-08-06, gemini-2.5-pro-001; one or two digits are part of the name, as in glm-5.
    [GeneratedRegex(@"(?<=.)-(\d{4}-\d{2}-\d{2}|\d{8}|\d{6}|\d{4}|\d{3})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex VersionRegex();
}
