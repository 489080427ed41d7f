using System.Globalization;
using System.Text.RegularExpressions;

namespace Bench.Fixtures.Failures;

/// <summary>Words the evidence of a failure.</summary>
internal static partial class EvidenceText
{
    /// <summary>Longest evidence line, in characters.</summary>
    public const int MaxChars = 300;

    /// <summary>The text as one line that a terminal shows as it is: no control characters, none that turn the writing's direction.</summary>
    /// <param name="text">May be of any length.</param>
    /// <param name="maxChars">The most characters that are kept.</param>
    public static string Line(string text, int maxChars = MaxChars)
    {
        var line = Blanks().Replace(text, " ").Trim();
        if (line.Length <= maxChars)
        {
            return line;
        }

        // Cut between words: half a key would escape the redactor, which comes after.
        var space = line.LastIndexOf(' ', maxChars - 2);
        var end = space > 0 ? space : maxChars - 1;
        return (char.IsHighSurrogate(line[end - 1]) ? line[..(end - 1)] : line[..end]) + "…";
    }

    /// <summary>The exception's type and message.</summary>
    public static string Of(Exception exception) => $"{exception.GetType().Name}: {exception.Message}";

    /// <summary>The error as status, name and message, as far as they are known.</summary>
    public static string OfError(AttemptEvidence evidence)
    {
        var status = evidence.HttpStatus is >= 400 and var code ? string.Create(CultureInfo.InvariantCulture, $"HTTP {code}") : null;
        var parts = new[] { status, evidence.ErrorName, evidence.ErrorMessage }.Where(p => !string.IsNullOrWhiteSpace(p));
        return string.Join(": ", parts);
    }

    /// <summary>The last line of standard error that is not blank; null when there is none.</summary>
    public static string? LastStderr(AttemptEvidence evidence) => evidence.StderrTail.LastOrDefault(l => !string.IsNullOrWhiteSpace(l));

    /// <summary>The exception and those that caused it, outermost first.</summary>
    public static IEnumerable<Exception> Chain(this Exception? exception)
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            yield return current;
        }
    }

    [GeneratedRegex(@"[\s\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]+")]
    private static partial Regex Blanks();
}
