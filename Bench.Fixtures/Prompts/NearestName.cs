namespace Bench.Fixtures.Prompts;

/// <summary>Finds the name that a mistyped one was probably meant to be.</summary>
internal static class NearestName
{
    /// <summary>The known name with the fewest edits (letter case ignored), or null when more than a third of the letters would have to change.</summary>
    public static string? Of(string given, IEnumerable<string> known)
    {
        var best = known
            .Select(name => (Name: name, Edits: EditsBetween(given.ToUpperInvariant(), name.ToUpperInvariant())))
            .OrderBy(candidate => candidate.Edits)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Name is not null && best.Edits <= Math.Max(1, best.Name.Length / 3) ? best.Name : null;
    }

    /// <summary><c> Did you mean 'x'?</c> with a leading blank, or nothing when no known name is near.</summary>
    public static string Hint(string given, IEnumerable<string> known) =>
        Of(given, known) is { } name ? $" Did you mean '{name}'?" : "";

    /// <summary>The name and every run of its words, for who gives a part of it: of <c>a_b_c</c> also <c>a</c>, <c>a_b</c>, <c>b</c>, <c>b_c</c> and <c>c</c>.</summary>
    public static IEnumerable<string> PartsOf(string name)
    {
        int[] starts = [0, .. Enumerable.Range(1, Math.Max(0, name.Length - 1)).Where(at => !char.IsLetterOrDigit(name[at - 1]) && char.IsLetterOrDigit(name[at]))];
        int[] ends = [.. Enumerable.Range(1, Math.Max(0, name.Length - 1)).Where(at => char.IsLetterOrDigit(name[at - 1]) && !char.IsLetterOrDigit(name[at])), name.Length];
        return from start in starts from end in ends where start < end select name[start..end];
    }

    /// <summary>The names in quotes, separated by commas.</summary>
    public static string Quoted(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));

    // Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.
    private static int EditsBetween(string left, string right)
    {
        var beforeLast = new int[right.Length + 1];
        var last = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var row = new int[right.Length + 1];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                row[j] = Math.Min(last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1), Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last) = (last, row);
        }

        return last[right.Length];
    }
}
