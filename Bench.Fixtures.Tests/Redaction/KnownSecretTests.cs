using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Tests.Redaction;

public sealed class KnownSecretTests
{
    // Every character class that some writer escapes, and nothing that a rule would find.
    private const string Value = "né+p/q\"r\\s<t>&u=v w~x'y";
    private const string Marker = "[REDACTED:known-secret]";

    private readonly Redactor redactor = new([new KnownSecret("ODD_ONE", Value)]);

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("user:")]
    [InlineData("a much longer beginning: ")]
    public void A_secret_inside_base64_is_found_at_any_alignment(string before)
    {
        foreach (var after in new[] { "", "z", "zz", "zzz" })
        {
            var bytes = Encoding.UTF8.GetBytes(before + Value + after);
            var plain = Convert.ToBase64String(bytes);
            var url = plain.TrimEnd('=').Replace('+', '-').Replace('/', '_');

            Assert.Contains(Marker, redactor.Redact($"data {plain} end"), StringComparison.Ordinal);
            Assert.Contains(Marker, redactor.Redact($"data {url} end"), StringComparison.Ordinal);
            Assert.Contains(Marker, redactor.Redact(JsonSerializer.Serialize(plain)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_left_of_base64_holds_no_byte_of_the_secret()
    {
        var redacted = redactor.Redact(Convert.ToBase64String(Encoding.UTF8.GetBytes("ab" + Value + "cd")));

        // Each side keeps the neighbour's characters and the one that is shared with it.
        Assert.Matches(@"^YWJ\[REDACTED:known-secret\].{4,6}$", redacted);
    }

    [Fact]
    public void A_secret_is_found_however_json_escapes_it()
    {
        var strict = JsonSerializer.Serialize(Value);
        var relaxed = $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(Value)}\"";
        string[] forms = [strict, relaxed, strict.ToLowerInvariant(), relaxed.Replace("/", "\\/", StringComparison.Ordinal), relaxed.Replace("é", "\\u00e9", StringComparison.Ordinal), JsonSerializer.Serialize(relaxed)[1..^1]];

        Assert.All(forms, form => Assert.Contains(Marker, redactor.Redact($"{{\"a\":{form}}}"), StringComparison.Ordinal));
        Assert.Equal($"{{\"a\":\"{Marker}\"}}", redactor.Redact($"{{\"a\":{strict}}}"));
    }

    [Fact]
    public void A_secret_is_found_however_a_url_escapes_it()
    {
        var strict = Uri.EscapeDataString(Value);
        var form = WebUtility.UrlEncode(Value);
        string[] forms = [strict, form, strict.Replace("%27", "'", StringComparison.Ordinal), "n%c3%a9%2bp%2fq%22r%5cs%3ct%3e%26u%3dv%20w~x%27y"];

        Assert.All(forms, f => Assert.Equal($"https://h/?k={Marker}&x=1", redactor.Redact($"https://h/?k={f}&x=1")));
    }

    [Theory]
    [InlineData("n\\xe9+p/q\"r\\\\s<t>&u=v w~x\\'y", "ascii in single quotes")]
    [InlineData("né+p/q\"r\\\\s<t>&u=v w~x\\'y", "repr in single quotes")]
    [InlineData("né+p/q\\\"r\\\\s<t>&u=v w~x'y", "repr in double quotes")]
    [InlineData("n\\xc3\\xa9+p/q\"r\\\\s<t>&u=v w~x\\'y", "repr of bytes")]
    [InlineData("né+p/q\"r\\s<t>&u=v w~x'\\''y", "single quotes of a shell")]
    [InlineData("né+p/q\"r\\s<t>&u=v w~x'\"'\"'y", "shlex.quote")]
    [InlineData("n\\303\\251+p/q\"r\\\\s<t>&u=v w~x\\'y", "printf %q with octal numbers")]
    [InlineData("né+p/q\\\"r\\\\s\\<t\\>\\&u=v\\ w\\~x\\'y", "printf %q with backslashes")]
    [InlineData("né+p/q\\\"r\\\\s<t>&u=v w~x'y", "double quotes of a shell")]
    [InlineData("né+p/q&quot;r\\s&lt;t&gt;&amp;u=v w~x&#39;y", "html")]
    [InlineData("n&#233;+p/q&quot;r\\s&lt;t&gt;&amp;u=v w~x&#39;y", "html with numbers")]
    [InlineData("né+p/q&#34;r\\s&lt;t&gt;&amp;u=v w~x&#x27;y", "html with other numbers")]
    [InlineData("NÉ+P/Q\"R\\S<T>&U=V W~X'Y", "upper case")]
    public void A_secret_is_found_however_a_program_quotes_it(string form, string what)
    {
        Assert.True(redactor.Redact($"a {form} b") == $"a {Marker} b", what);
        Assert.True(redactor.Redact(JsonSerializer.Serialize($"a {form} b")).Contains($"a {Marker} b", StringComparison.Ordinal), $"{what}, in JSON");
    }

    [Fact]
    public void A_secret_is_found_in_hexadecimal_and_twice_escaped_for_a_url()
    {
        var bytes = Encoding.UTF8.GetBytes(Value);
        string[] forms =
        [
            Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes), Uri.EscapeDataString(Uri.EscapeDataString(Value)), WebUtility.UrlEncode(WebUtility.UrlEncode(Value)),
            Uri.EscapeDataString(Uri.EscapeDataString(Value)).ToLowerInvariant(),
        ];

        Assert.All(forms, form => Assert.Equal($"a {Marker} b", redactor.Redact($"a {form} b")));
    }

    [Theory]
    [InlineData("utf-16LE")]
    [InlineData("utf-16BE")]
    public void A_secret_is_found_in_utf_16(string encoding)
    {
        var inner = new MemoryStream();
        using (var stream = redactor.CreateStream(inner))
        {
            stream.Write(Encoding.GetEncoding(encoding).GetBytes($"before {Value} after"));
        }

        var kept = Encoding.Latin1.GetString(inner.ToArray()).Replace("\0", "", StringComparison.Ordinal);
        Assert.Equal($"before {Marker} after", kept);
    }

    [Fact]
    public void Overlapping_secrets_leave_no_rest()
    {
        var both = new Redactor([new KnownSecret("A", "abcdefghij"), new KnownSecret("B", "ghijklmnop"), new KnownSecret("C", "cdefghijkl")]);

        Assert.Equal($"<{Marker}>", both.Redact("<abcdefghijklmnop>"));
        Assert.Equal($"<{Marker}{Marker}>", both.Redact("<abcdefghijabcdefghij>"));
    }

    [Fact]
    public void A_secret_that_sticks_out_of_a_named_value_leaves_no_rest()
    {
        var odd = new Redactor([new KnownSecret("P", "correct1 horse battery")]);

        Assert.Equal("DB_PASSWORD=[REDACTED:known-secret] end", odd.Redact("DB_PASSWORD=correct1 horse battery end"));
        Assert.Equal("DB_PASSWORD=[REDACTED:secret-assignment] end", odd.Redact("DB_PASSWORD=9xcorrect1 horse battery end"));
    }

    [Fact]
    public void Every_line_of_a_secret_of_many_lines_is_a_secret()
    {
        var first = new string('Q', 10) + "abc123" + new string('Z', 40);
        var second = new string('W', 10) + "def456" + new string('Y', 40);
        var key = $"-----BEGIN THING-----\n{first}\n{second}\n-----END THING-----\n";
        var pem = new Redactor([new KnownSecret("PEM", key)]);

        Assert.Equal($"{Marker} -----BEGIN THING-----", pem.Redact($"{second} -----BEGIN THING-----"));
        Assert.Equal(Marker, pem.Redact(key.Trim()));
        Assert.Equal($"{{\"k\":\"{Marker}\\n\"}}", pem.Redact($"{{\"k\":{JsonSerializer.Serialize(key)}}}"));
    }

    [Fact]
    public void White_space_around_a_secret_does_not_hide_it()
    {
        var trimmed = new Redactor([new KnownSecret("FILE", " quite-secret\n")]);

        Assert.Equal($"x {Marker}.", trimmed.Redact("x quite-secret."));
    }

    [Fact]
    public void Secrets_too_short_to_redact_are_refused_all_at_once_without_showing_them()
    {
        var error = Assert.Throws<BenchUsageException>(() => new Redactor([new KnownSecret("ONE", "abc1234"), new KnownSecret("TWO", ""), new KnownSecret("LONG", "long-enough")]));

        Assert.Equal(2, error.Problems.Count);
        Assert.Contains("'ONE' has 7 characters", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("abc1234", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_known_secret_does_not_print_its_value()
    {
        var secret = new KnownSecret("NAME", "the-value-itself");

        Assert.Equal("NAME", secret.ToString());
        Assert.Equal("NAME", $"{secret}");
    }

    [Fact]
    public void With_adds_secrets_to_those_known()
    {
        var more = redactor.With(new KnownSecret("NEW", "brand-new-secret"));

        Assert.Equal($"{Marker} {Marker}", more.Redact($"brand-new-secret {Value}"));
        Assert.Equal("brand-new-secret", redactor.Redact("brand-new-secret"));
    }

    [Fact]
    public void A_text_without_secrets_is_the_same_instance()
    {
        var text = "Nothing here but \ud800 a lone surrogate";

        Assert.Same(text, redactor.Redact(text));
        Assert.Same("", redactor.Redact(""));
    }
}
