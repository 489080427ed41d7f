using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace Bench.Fixtures.Redaction;

/// <summary>The byte sequences in which a known secret may appear in output.</summary>
internal static partial class SecretForms
{
    /// <summary>Lines of a multi-line secret count as secrets themselves from this length on.</summary>
    private const int LeastLine = 32;

    /// <summary>How often JSON may be escaped inside JSON.</summary>
    private const int MostJsonLevels = 4;

    /// <summary>
    /// Every form, each once: as it is and in upper case; JSON-escaped by any of the usual writers, up to four layers deep; URL-escaped, once or
    /// twice; quoted by Python, a shell or HTML; base64 and base64url wherever the secret may stand inside a longer encoded text; in hexadecimal;
    /// in UTF-16; each long line of a secret that spans lines.
    /// </summary>
    public static IReadOnlyList<byte[]> Of(string value)
    {
        var texts = new List<string> { value, value.ToUpperInvariant() };
        texts.AddRange(Lines(value));
        texts.AddRange(QuotedForms.Of(value));
        texts.AddRange(UrlForms(value));
        texts.AddRange(UrlForms(value).SelectMany(UrlForms));
        texts.AddRange(Base64Forms(value));
        texts.AddRange(HexForms(value));
        texts.AddRange(texts.ToArray().SelectMany(JsonForms));
        texts.AddRange(JsonForms(value).SelectMany(JsonForms));
        texts.AddRange(NestedJsonForms(value));
        byte[][] wide = [Encoding.Unicode.GetBytes(value), Encoding.BigEndianUnicode.GetBytes(value)];
        return [.. texts.Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes), .. wide];
    }

    private static IEnumerable<string> JsonForms(string text)
    {
        // JSON.stringify and most other writers escape what they must; System.Text.Json and Python escape more.
        var least = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text);
        var most = JavaScriptEncoder.Default.Encode(text);
        var ascii = string.Concat(least.Select(c => c < 128 ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")));
        return [least, most, LowerCaseEscapes(most), ascii, least.Replace("/", "\\/", StringComparison.Ordinal), ascii.Replace("/", "\\/", StringComparison.Ordinal)];
    }

    /// <summary>
    /// An error body inside an event inside a log line: each layer escapes what the one before wrote, with the writer of most languages or with that
    /// of System.Text.Json.
    /// </summary>
    private static IEnumerable<string> NestedJsonForms(string text)
    {
        JavaScriptEncoder[] writers = [JavaScriptEncoder.UnsafeRelaxedJsonEscaping, JavaScriptEncoder.Default];
        IReadOnlyList<string> layer = [text];
        for (var level = 1; level <= MostJsonLevels; level++)
        {
            layer = [.. layer.SelectMany(inner => writers.Select(w => w.Encode(inner))).Distinct(StringComparer.Ordinal)];
            foreach (var form in layer)
            {
                yield return form;
                yield return LowerCaseEscapes(form);
            }
        }
    }

    private static IEnumerable<string> UrlForms(string text)
    {
        var strict = Uri.EscapeDataString(text);
        var form = WebUtility.UrlEncode(text);
        // encodeURIComponent leaves these five alone.
        var script = strict.Replace("%21", "!", StringComparison.Ordinal).Replace("%27", "'", StringComparison.Ordinal)
            .Replace("%28", "(", StringComparison.Ordinal).Replace("%29", ")", StringComparison.Ordinal).Replace("%2A", "*", StringComparison.Ordinal);
        return [strict, form, script, LowerCaseEscapes(strict), LowerCaseEscapes(form), LowerCaseEscapes(script)];
    }

    /// <summary>
    /// The secret may begin at any of three places within a base64 group. The characters that also hold bits of its neighbours are left out.
    /// </summary>
    private static IEnumerable<string> Base64Forms(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var before = 0; before < 3; before++)
        {
            var padded = new byte[before + bytes.Length];
            bytes.CopyTo(padded, before);
            var first = (before * 8 + 5) / 6;
            var whole = padded.Length * 8 / 6;
            var form = Convert.ToBase64String(padded)[first..whole];
            yield return form;
            yield return form.Replace('+', '-').Replace('/', '_');
        }
    }

    private static IEnumerable<string> HexForms(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [Convert.ToHexStringLower(bytes), Convert.ToHexString(bytes)];
    }

    private static IEnumerable<string> Lines(string text) =>
        text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => line.Length >= LeastLine && line.Length < text.Length && !line.StartsWith("-----", StringComparison.Ordinal) && !line.Contains(' ', StringComparison.Ordinal));

    private static string LowerCaseEscapes(string text) => Escape.Replace(text, match => match.Value.ToLowerInvariant());

    [GeneratedRegex(@"\\u[0-9A-F]{4}|%[0-9A-F]{2}", RegexOptions.CultureInvariant)]
    private static partial Regex Escape { get; }
}
