using System.Text;
using System.Text.RegularExpressions;

namespace Bench.Fixtures.Gates;

/// <summary>
/// A pattern for paths of a work tree, from its root, with forward slashes. As in the original harness a pattern is a path, or, with a
/// <c>*</c> at its end, the beginning of paths, whatever follows. Besides: a <c>/</c> at the end stands for all below that folder,
/// <c>*</c> elsewhere for any text without <c>/</c>, <c>**/</c> for any folders, <c>?</c> for one character. Case counts.
/// </summary>
public sealed class PathPattern
{
    private readonly Regex regex;

    private PathPattern(string text)
    {
        Text = text;
        regex = new Regex(Translate(text), RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking);
    }

    /// <summary>As it was given.</summary>
    public string Text { get; }

    /// <summary>Whether a path is one that the pattern stands for.</summary>
    public bool Matches(string path) => regex.IsMatch(path);

    /// <summary>The patterns of these texts, in their order.</summary>
    /// <exception cref="BenchUsageException">Texts cannot match any path; names all.</exception>
    public static IReadOnlyList<PathPattern> ParseAll(IReadOnlyList<string> texts)
    {
        var problems = texts.Select(ProblemOf).OfType<string>().ToList();
        return problems.Count == 0 ? [.. texts.Select(text => new PathPattern(text))] : throw new BenchUsageException(problems);
    }

    private static string? ProblemOf(string text)
    {
        var why = text switch
        {
            _ when string.IsNullOrWhiteSpace(text) => "is empty",
            _ when text.Contains('\\', StringComparison.Ordinal) => "has a backslash",
            _ when text[0] == '/' || Path.IsPathFullyQualified(text) => "is an absolute path",
            _ when text.Split('/').Any(part => part is "." or "..") => "has a '.' or '..' between slashes",
            _ => null,
        };
        return why is null ? null : $"The allowed pattern '{text}' {why} and matches nothing: paths begin at the root of the work tree and have forward slashes. Write e.g. 'docs/report.md', 'docs/' or 'docs/*'.";
    }

    private static string Translate(string text)
    {
        var pattern = new StringBuilder(@"\A");
        for (var i = 0; i < text.Length; i++)
        {
            if (text.AsSpan(i).StartsWith("**/"))
            {
                pattern.Append("(?:.*/)?");
                i += 2;
            }
            else if (text[i] == '*')
            {
                pattern.Append(text.AsSpan(i).TrimStart('*').IsEmpty ? ".*" : "[^/]*");
            }
            else
            {
                pattern.Append(text[i] == '?' ? "[^/]" : Regex.Escape(text[i].ToString()));
            }
        }

        return pattern.Append(text[^1] == '/' ? ".*" : "").Append(@"\z").ToString();
    }
}
