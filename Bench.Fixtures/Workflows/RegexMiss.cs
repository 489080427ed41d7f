using System.Text.RegularExpressions;
using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Workflows;

/// <summary>Words why a regular expression has no match: how far into it an answer goes.</summary>
internal static class RegexMiss
{
    private const int LongestPattern = 300;
    private const int LongestQuote = 40;

    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(50);

    // All prefixes together: an answer of megabytes must not hold the attempt up.
    private static readonly TimeSpan WholeLimit = TimeSpan.FromMilliseconds(500);

    /// <summary>Why not, in one line.</summary>
    /// <param name="pattern">An expression that has no match.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="clock">Bounds the search.</param>
    public static string Of(string pattern, string answer, TimeProvider clock)
    {
        if (Find(pattern, answer, RegexOptions.IgnoreCase) is { Success: true } otherCase)
        {
            return $"no match in the answer; letter case apart, {Quoted(otherCase.Value)} would be one";
        }

        var start = clock.GetTimestamp();
        for (var length = Math.Min(pattern.Length - 1, LongestPattern); length > 0 && clock.GetElapsedTime(start) < WholeLimit; length--)
        {
            if (Find(pattern[..length], answer, RegexOptions.None) is { Success: true, Length: > 0 } match)
            {
                var next = answer[(match.Index + match.Length)..];
                return $"no match in the answer; nearest: '{EvidenceText.Line(pattern[..length])}' matches {Quoted(match.Value)}, behind which {(next.Length == 0 ? "the answer ends" : $"comes {Quoted(next)}")}";
            }
        }

        return "no match in the answer";
    }

    // A prefix may be no expression, or one that runs away: then it says nothing.
    private static Match? Find(string pattern, string answer, RegexOptions options)
    {
        try
        {
            return Regex.Match(answer, pattern, options, Limit);
        }
        catch (Exception problem) when (problem is ArgumentException or RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static string Quoted(string text) => $"'{EvidenceText.Line(text, LongestQuote)}'";
}
