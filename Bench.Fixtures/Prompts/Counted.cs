using System.Globalization;

namespace Bench.Fixtures.Prompts;

/// <summary>A number with its noun, as people say it.</summary>
public static class Counted
{
    /// <summary><c>1 record</c>, <c>0 records</c>, <c>3 retries</c>, <c>2 processes</c>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="noun">In the singular, e.g. <c>job with a record</c> is <c>job</c> and the rest is the caller's.</param>
    public static string Of(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? noun : Plural(noun))}");

    private static string Plural(string noun) =>
        noun.EndsWith('s') ? noun + "es"
        : noun.EndsWith('y') && !"aeiou".Contains(noun[^2], StringComparison.Ordinal) ? noun[..^1] + "ies"
        : noun + "s";
}
