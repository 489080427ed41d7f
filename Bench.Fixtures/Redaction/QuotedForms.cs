using System.Globalization;
using System.Net;
using System.Text;

namespace Bench.Fixtures.Redaction;

/// <summary>How a known secret looks after another program has quoted it: Python, shells, HTML.</summary>
internal static class QuotedForms
{
    /// <summary>Every form that differs from the text.</summary>
    public static IEnumerable<string> Of(string text) => [.. Python(text), .. Shell(text), .. Html(text)];

    /// <summary>What <c>repr</c> and <c>ascii</c> print of a text, and <c>repr</c> of its bytes, in either kind of quotes.</summary>
    private static IEnumerable<string> Python(string text)
    {
        foreach (var quote in (char[])['\'', '"'])
        {
            var quoted = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace($"{quote}", $"\\{quote}", StringComparison.Ordinal);
            var repr = Controls(quoted, c => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"));
            yield return repr;
            yield return Wide(repr, c => string.Create(CultureInfo.InvariantCulture, $"{(c < 256 ? "\\x" : "\\u")}{((int)c).ToString(c < 256 ? "x2" : "x4", CultureInfo.InvariantCulture)}"));
            yield return Bytes(repr, b => string.Create(CultureInfo.InvariantCulture, $"\\x{b:x2}"));
        }
    }

    /// <summary>A text inside single quotes, inside <c>$''</c>, inside double quotes, and with a backslash before each special sign.</summary>
    private static IEnumerable<string> Shell(string text)
    {
        yield return text.Replace("'", "'\\''", StringComparison.Ordinal);
        yield return text.Replace("'", "'\"'\"'", StringComparison.Ordinal);
        var cStyle = Controls(text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal), Octal);
        yield return cStyle;
        yield return Bytes(cStyle, b => Octal((char)b));
        yield return Escaped(text, "$`\"\\");
        yield return Escaped(text, "$`\"\\!");
        yield return Escaped(text, " !\"#$&'()*,;<>?[\\]^`{|}~");
        yield return Escaped(text, " !\"#$&'()*;<>?[\\]`{|}~");
        yield return Escaped(text, " !\"$&'()*,;<>?[\\]^`{|}");
        yield return Escaped(text, " !\"#$&'()*,:;<=>?@[\\]^`{|}~+%");
    }

    /// <summary>What template engines write: the five signs as names or numbers, other letters as they are or as numbers.</summary>
    private static IEnumerable<string> Html(string text)
    {
        var plain = text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
        yield return plain;
        foreach (var quote in (string[])["&quot;", "&#34;", "&#x22;"])
        {
            foreach (var apostrophe in (string[])["'", "&#39;", "&#x27;", "&apos;"])
            {
                var quoted = plain.Replace("\"", quote, StringComparison.Ordinal).Replace("'", apostrophe, StringComparison.Ordinal);
                yield return quoted;
                yield return Wide(quoted, c => string.Create(CultureInfo.InvariantCulture, $"&#{(int)c};"));
                yield return Wide(quoted, c => string.Create(CultureInfo.InvariantCulture, $"&#x{(int)c:x};"));
                yield return Wide(quoted, c => string.Create(CultureInfo.InvariantCulture, $"&#x{(int)c:X};"));
            }
        }

        yield return WebUtility.HtmlEncode(text);
    }

    private static string Octal(char value) => "\\" + Convert.ToString(value, 8).PadLeft(3, '0');

    private static string Escaped(string text, string special) =>
        string.Concat(text.Select(c => special.Contains(c, StringComparison.Ordinal) ? $"\\{c}" : $"{c}"));

    private static string Controls(string text, Func<char, string> other) => string.Concat(text.Select(c => c switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        < ' ' or '\x7f' => other(c),
        _ => c.ToString(),
    }));

    private static string Wide(string text, Func<char, string> escape) => string.Concat(text.Select(c => c < 128 ? c.ToString() : escape(c)));

    private static string Bytes(string text, Func<byte, string> escape) =>
        string.Concat(Encoding.UTF8.GetBytes(text).Select(b => b < 128 ? ((char)b).ToString() : escape(b)));
}
