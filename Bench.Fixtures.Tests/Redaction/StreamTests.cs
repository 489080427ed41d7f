using System.Text;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Tests.Redaction;

public sealed class StreamTests
{
    private const string Secret = "My-Known-Secret-Value";

    private readonly Redactor redactor = new([new KnownSecret("S", Secret), new KnownSecret("T", "Value=and+more/of it\"\\end")]);

    [Fact]
    public void Every_chunking_gives_what_one_shot_gives()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var text = Encoding.UTF8.GetBytes(RandomText(random, pieces: random.Next(1, 60)));
            var expected = RedactInChunks(text, _ => text.Length);

            var actual = RedactInChunks(text, _ => random.Next(1, 1 + (1 << random.Next(12))));

            Assert.Equal(Encoding.UTF8.GetString(expected), Encoding.UTF8.GetString(actual));
        }
    }

    [Fact]
    public void Every_byte_alone_gives_what_one_shot_gives()
    {
        var text = Encoding.UTF8.GetBytes(string.Join('\n', RuleExamples.AllSecretTexts()) + Secret);

        Assert.Equal(redactor.Redact(Encoding.UTF8.GetString(text)), Encoding.UTF8.GetString(RedactInChunks(text, _ => 1)));
    }

    [Fact]
    public void Redacting_a_redacted_text_changes_nothing_whatever_it_is()
    {
        for (var seed = 1000; seed < 1400; seed++)
        {
            var once = redactor.Redact(RandomText(new Random(seed), pieces: 40));

            Assert.Equal(once, redactor.Redact(once));
            Assert.DoesNotContain(Secret, once, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(16 * 1024 - 11)]
    [InlineData(64 * 1024 - 5)]
    public void A_secret_at_the_very_end_without_a_line_end_is_replaced(int before)
    {
        var text = new string('.', before) + Secret;

        var redacted = RedactInChunks(Encoding.UTF8.GetBytes(text), _ => 7000);

        Assert.Equal(new string('.', before) + "[REDACTED:known-secret]", Encoding.UTF8.GetString(redacted));
    }

    [Fact]
    public void The_beginning_of_a_secret_at_the_end_is_no_secret()
    {
        var text = "tail " + Secret[..^1];

        Assert.Equal(text, Encoding.UTF8.GetString(RedactInChunks(Encoding.UTF8.GetBytes(text), _ => 3)));
    }

    [Fact]
    public void Bytes_that_are_no_text_pass_unchanged()
    {
        var bytes = new byte[300_000];
        new Random(5).NextBytes(bytes);

        Assert.Equal(bytes, RedactInChunks(bytes, i => 1 + (i * 37 % 5000)));
    }

    [Fact]
    public void Lines_come_out_at_once()
    {
        using var inner = new MemoryStream();
        using var stream = redactor.CreateStream(inner);

        stream.Write("""{"type":"text","part":{"text":"an ordinary line, with authorization and sk- and tokens"}}"""u8);
        stream.Write("\n"u8);
        stream.Flush();

        Assert.EndsWith("tokens\"}}\n", Encoding.UTF8.GetString(inner.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_without_its_end_comes_out_but_for_what_may_begin_a_secret()
    {
        using var inner = new MemoryStream();
        using var stream = redactor.CreateStream(inner);

        stream.Write("Continue? [y/n] My-Kn"u8);

        Assert.Equal("Continue? [y/n] ", Encoding.UTF8.GetString(inner.ToArray()));
    }

    [Fact]
    public void A_marker_comes_out_before_the_value_has_ended()
    {
        using var inner = new MemoryStream();
        using var stream = redactor.CreateStream(inner);

        stream.Write(Encoding.UTF8.GetBytes("Authorization: Bearer " + new string('a', 100) + "1"));

        Assert.Equal("Authorization: Bearer [REDACTED:authorization]", Encoding.UTF8.GetString(inner.ToArray()));
    }

    [Fact]
    public void A_line_of_fifty_megabytes_needs_little_memory()
    {
        var chunk = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("some words and sk-chasing-dots 0123456789abcdef. ", 1400)));
        using var inner = new CountingStream();
        var most = 0L;
        long written = 0;
        using (var stream = redactor.CreateStream(inner))
        {
            while (written < 50_000_000)
            {
                stream.Write(chunk);
                written += chunk.Length;
                most = Math.Max(most, written - inner.Length);
            }
        }

        Assert.Equal(written, inner.Length);
        Assert.InRange(most, 0, 2048);
    }

    [Fact]
    public void A_value_of_fifty_megabytes_needs_little_memory()
    {
        using var inner = new MemoryStream();
        using (var stream = redactor.CreateStream(inner, leaveOpen: true))
        {
            stream.Write("x-api-key: a1"u8);
            for (var i = 0; i < 800; i++)
            {
                stream.Write(Encoding.ASCII.GetBytes(new string('b', 62_500)));
            }

            stream.Write(" end"u8);
        }

        Assert.Equal("x-api-key: [REDACTED:api-key-header] end", Encoding.UTF8.GetString(inner.ToArray()));
    }

    [Fact]
    public void Text_full_of_anchors_is_not_slow()
    {
        // Quadratic work on two megabytes would take minutes; the test's time limit is the runner's.
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("sk-proj-Bearer+apikey=", 100_000)));

        var redacted = RedactInChunks(text, _ => 100_000);

        Assert.NotEmpty(redacted);
    }

    [Fact]
    public async Task Asynchronous_writing_and_disposing_redact_too()
    {
        var inner = new MemoryStream();
        await using (var stream = redactor.CreateStream(inner, leaveOpen: true))
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes("a " + Secret[..5]), TestContext.Current.CancellationToken);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(Secret[5..] + " b My"), TestContext.Current.CancellationToken);
            await stream.FlushAsync(TestContext.Current.CancellationToken);
        }

        Assert.True(inner.CanWrite);
        Assert.Equal("a [REDACTED:known-secret] b My", Encoding.UTF8.GetString(inner.ToArray()));
    }

    [Fact]
    public void Disposing_closes_the_inner_stream_unless_told_not_to()
    {
        var closed = new MemoryStream();
        var open = new MemoryStream();

        redactor.CreateStream(closed).Dispose();
        redactor.CreateStream(open, leaveOpen: true).Dispose();

        Assert.False(closed.CanWrite);
        Assert.True(open.CanWrite);
    }

    [Fact]
    public void A_failing_inner_stream_is_heard_of_and_still_closed()
    {
        using var full = new FullStream();
        var stream = redactor.CreateStream(full);

        Assert.Throws<IOException>(() => stream.Write("some bytes\n"u8));
        Assert.Throws<IOException>(stream.Dispose);
        Assert.True(full.IsClosed);
        Assert.Throws<ObjectDisposedException>(() => stream.Write("x"u8));
    }

    /// <summary>Fragments that tempt every rule at every border, in any order.</summary>
    private static string RandomText(Random random, int pieces)
    {
        string[] secrets = [.. RuleExamples.AllSecretTexts()];
        string[] bits =
        [
            "\n", " ", "\"", "'", "\\", "\\n", "\\u00", "\\\\\"", ".", "-", "_", "[", "]", "[REDACTED:", "[REDACTED:jwt]", "=", ": ", "sk-", "sk-ant-", "eyJ", "AIza", "ghp_",
            "op://", "-----BEGIN ", "PRIVATE KEY-----", "Authorization", "Bearer ", "Basic ", "x-api-key", "apiKey", "_TOKEN", "SECRET", "0123456789abcdef", "AKIA", "é", "\u001b[31m", "%3D",
            Secret, Secret[..9], Secret[9..], "Value=and+more/of it\"\\end", "Value=and+more",
        ];
        var text = new StringBuilder();
        for (var i = 0; i < pieces; i++)
        {
            var whole = random.Next(4) == 0 ? secrets[random.Next(secrets.Length)] : bits[random.Next(bits.Length)];
            var start = random.Next(5) == 0 ? random.Next(whole.Length) : 0;
            var end = random.Next(5) == 0 ? random.Next(start, whole.Length) : whole.Length;
            text.Append(whole, start, end - start);
            if (random.Next(30) == 0)
            {
                text.Append(new string("a9. "[random.Next(4)], random.Next(20_000)));
            }
        }

        return text.ToString();
    }

    private byte[] RedactInChunks(byte[] text, Func<int, int> size)
    {
        var inner = new MemoryStream();
        using (var stream = redactor.CreateStream(inner))
        {
            for (int at = 0, i = 0, count; at < text.Length; at += count, i++)
            {
                count = Math.Min(size(i), text.Length - at);
                stream.Write(text, at, count);
            }
        }

        return inner.ToArray();
    }

    private sealed class CountingStream : MemoryStream
    {
        private long length;

        public override long Length => length;

        public override void Write(ReadOnlySpan<byte> buffer) => length += buffer.Length;
    }

    private sealed class FullStream : MemoryStream
    {
        public bool IsClosed { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");

        protected override void Dispose(bool disposing)
        {
            IsClosed = true;
            base.Dispose(disposing);
        }
    }
}
