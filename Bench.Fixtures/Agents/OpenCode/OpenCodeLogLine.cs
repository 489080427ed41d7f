using System.Text;

namespace Bench.Fixtures.Agents.OpenCode;

/// <summary>A line of OpenCode's log: <c>name=value name="value with \"quotes\""</c>.</summary>
internal static class OpenCodeLogLine
{
    /// <summary>The first field with this name; null when there is none, or the line is no log line.</summary>
    public static string? Field(string line, string name)
    {
        var at = 0;
        while (at < line.Length)
        {
            var equals = line.IndexOf('=', at);
            if (equals < 0)
            {
                return null;
            }

            var isWanted = line.AsSpan(at, equals - at).SequenceEqual(name);
            at = ReadValue(line, equals + 1, out var value);
            if (isWanted)
            {
                return value;
            }
        }

        return null;
    }

    private static int ReadValue(string line, int start, out string value)
    {
        if (start >= line.Length || line[start] != '"')
        {
            var space = line.IndexOf(' ', start);
            var end = space < 0 ? line.Length : space;
            value = line[start..end];
            return end + 1;
        }

        var text = new StringBuilder();
        var at = start + 1;
        for (; at < line.Length && line[at] != '"'; at++)
        {
            text.Append(line[at] == '\\' && at + 1 < line.Length ? Unescape(line[++at]) : line[at]);
        }

        value = text.ToString();
        return at + 2;
    }

    private static char Unescape(char escaped) => escaped switch
    {
        'n' => '\n',
        't' => '\t',
        _ => escaped,
    };
}
