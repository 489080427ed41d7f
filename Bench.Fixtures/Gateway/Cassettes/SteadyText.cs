using System.Text.RegularExpressions;
using Bench.Fixtures.Gateway.Scripting;

namespace Bench.Fixtures.Gateway.Cassettes;

/// <summary>A text without what differs from run to run and from machine to machine: paths, dates, times, ids, ports, any number.</summary>
internal static partial class SteadyText
{
    /// <summary>The text, squeezed; what stands around the prompt is made steady, the prompt itself counts letter by letter.</summary>
    /// <param name="text">What somebody said.</param>
    /// <param name="prompt">The squeezed prompt.</param>
    /// <param name="folder">The attempt's folder; null when unknown.</param>
    public static string Of(string text, string prompt, string? folder)
    {
        var local = folder is null ? text : text.Replace(folder, "<folder>", StringComparison.Ordinal);
        return string.Join(prompt, OwnTurns.Squeeze(local).Split(prompt).Select(Loose));
    }

    private static string Loose(string text)
    {
        var steady = Ids().Replace(text, "<id>");
        steady = Paths().Replace(steady, "<path>");
        steady = Calendar().Replace(steady, "<date>");
        return Numbers().Replace(steady, "0");
    }

    // A UUID, an id with its kind before it, a hash.
    [GeneratedRegex(@"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?:ses|msg|prt|evt|call|toolu|chatcmpl|req)[_-][A-Za-z0-9_-]+|\b(?=[a-f]*[0-9])[0-9a-f]{7,}\b", RegexOptions.CultureInvariant)]
    private static partial Regex Ids();

    // Absolute, of at least two parts; not what follows a host name or the attempt's folder.
    [GeneratedRegex(@"(?<![\w:/.>])(?:/[\w.@+~-]+){2,}/?|\b[A-Za-z]:[\\/][\w.@+~\\/-]+", RegexOptions.CultureInvariant)]
    private static partial Regex Paths();

    // Names of days and months beside a number or another such name.
    [GeneratedRegex(@"\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? (?=\w{3,9} \d|\d))|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* (?=\d)|(?<=\d )(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b", RegexOptions.CultureInvariant)]
    private static partial Regex Calendar();

    // With its fraction and a unit of time: 12 ms, 0.5 s, 11:42:07Z, 2026-11-21T11:42.
    [GeneratedRegex(@"\d+(?:[.,:T-]\d+)*(?: ?(?:ns|µs|us|ms|s|sec|seconds|min|Z)\b)?", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
