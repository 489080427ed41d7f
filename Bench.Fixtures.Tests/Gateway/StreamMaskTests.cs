using System.Text;
using Bench.Fixtures.Gateway.Forwarding;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Tests.Gateway;

/// <summary>A known secret that a provider spreads over several events does not come together again at the agent.</summary>
public sealed class StreamMaskTests
{
    private const string Key = "qz-key/\"0123456789ab\"";

    public static TheoryData<string> Kinds => [.. StreamedPieces.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Wherever_it_is_cut_in_two(string kind)
    {
        for (var cut = 0; cut <= Key.Length; cut++)
        {
            string[] pieces = ["The key is ", "see: " + Key[..cut], Key[cut..] + ". Use it", " well."];
            var stream = string.Concat(pieces.Select(p => StreamedPieces.Event(kind, p)));

            foreach (var length in (int[])[1, 17, stream.Length])
            {
                var through = Through(stream, length);

                // One or two letters tell nothing of it, and wait for nothing; what comes at once is covered all the same.
                var clear = cut < PieceMask.LeastHeld && length < stream.Length ? cut : 0;
                Assert.Equal($"The key is see: {Key[..clear]}*. Use it well.", Shown(through));
                Assert.Equal(stream.Length, through.Length);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Letter_by_letter_with_signs_of_life_between(string kind)
    {
        var stream = string.Concat($"Say {Key}, {Key}!".Select(c => StreamedPieces.Event(kind, $"{c}") + ": ping\n\n"));

        var joined = Shown(Through(stream, 23));

        var clear = Key[..(PieceMask.LeastHeld - 1)];
        Assert.Equal($"Say {clear}*, {clear}*!", joined);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void With_every_line_end_a_mark_and_data_on_several_lines(string lineEnd)
    {
        var stream = "\ufeff" + $$$"""
            : hello
            data: {"type":"content_block_delta","index":0,
            data: "delta":{"text":"{{{Key[..6]}}}"}}

            event: content_block_delta
            data:{"type":"content_block_delta","index":0,"delta":
            data:{"text":"\u002f\"0123\u003456789ab\" ü"}}


            """.ReplaceLineEndings(lineEnd);
        const string escaped = "\\u002f\\\"0123\\u003456789ab\\\"";
        var masked = stream.Replace(Key[..6], "******", StringComparison.Ordinal).Replace(escaped, new string('*', escaped.Length), StringComparison.Ordinal);

        Assert.Equal(masked, Through(stream, 1));
        Assert.Equal(masked, Through(stream, stream.Length));
    }

    [Fact]
    public void Only_what_may_begin_a_secret_waits_and_only_for_what_decides_it()
    {
        var mask = new StreamMask(SecretMask.Of(Key)!);
        var plain = StreamedPieces.Event("anthropic", "Only two: qz");
        var begins = StreamedPieces.Event("anthropic", "See qz-key");
        var other = StreamedPieces.Event("anthropic", "s of many");
        var end = "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n";

        Assert.Equal(plain, Take(mask, plain));
        Assert.Equal(begins[..begins.IndexOf("qz-", StringComparison.Ordinal)], Take(mask, begins));
        Assert.Equal("", Take(mask, ": ping\n\n"));
        Assert.Equal(begins[begins.IndexOf("qz-", StringComparison.Ordinal)..] + ": ping\n\n" + other, Take(mask, other));
        Assert.Equal(begins[..begins.IndexOf("qz-", StringComparison.Ordinal)], Take(mask, begins));
        Assert.Equal(begins[begins.IndexOf("qz-", StringComparison.Ordinal)..] + end, Take(mask, end));
    }

    [Fact]
    public void A_beginning_that_nothing_follows_goes_on_after_some_events_and_at_the_end()
    {
        var mask = new StreamMask(SecretMask.Of(Key)!);
        var begins = StreamedPieces.Event("openai reasoning", "qz-key");
        var other = StreamedPieces.Event("openai", "The answer. ");
        var through = Take(mask, begins);

        for (var i = 1; i < PieceMask.MostDocuments; i++)
        {
            through += Take(mask, other);
            Assert.DoesNotContain("qz", through, StringComparison.Ordinal);
        }

        through += Take(mask, other);
        Assert.Equal(begins + string.Concat(Enumerable.Repeat(other, PieceMask.MostDocuments)), through);
        var rest = Take(mask, begins);
        Assert.Equal(begins, rest + Encoding.UTF8.GetString(mask.End().Span));
    }

    [Fact]
    public void Texts_of_one_answer_that_come_in_turns_are_kept_apart()
    {
        var stream = string.Concat(Key.Chunk(4).Select(c => new string(c)).SelectMany(p => (string[])[Call(0, "x"), Call(1, p), Call(2, "qz-")]));

        var through = Through(stream, 100);

        Assert.Equal(stream.Replace("qz-k", "****", StringComparison.Ordinal).Length, through.Length);
        Assert.DoesNotContain("0123", through, StringComparison.Ordinal);
        Assert.DoesNotContain("9ab", through, StringComparison.Ordinal);
        Assert.Equal(6, through.Split("\"x\"").Length - 1);
        Assert.Equal(6, through.Split("\"qz-\"").Length - 1);
    }

    [Fact]
    public void A_broken_stream_gives_up_what_waited_but_for_half_an_event()
    {
        var mask = new StreamMask(SecretMask.Of(Key)!);
        var begins = StreamedPieces.Event("gemini", "qz-key");

        var through = Take(mask, begins + "data: {\"text\":\"/\\\"01");

        Assert.Equal(begins, through + Encoding.UTF8.GetString(mask.Break().Span));
    }

    [Fact]
    public void An_event_too_long_to_be_read_goes_on_as_it_comes()
    {
        var mask = new StreamMask(SecretMask.Of(Key)!);
        var begins = StreamedPieces.Event("openai", "qz-key");
        var through = Take(mask, begins + "data: \"");
        var piece = new string('x', 1024 * 1024);

        for (var i = 0; i < 5; i++)
        {
            through += Take(mask, piece);
        }

        Assert.Equal(begins.Length + "data: \"".Length + 5 * piece.Length, through.Length);
    }

    // An escape is covered by as many signs as it is written with.
    private static string Shown(string stream) => System.Text.RegularExpressions.Regex.Replace(StreamedPieces.Joined(stream), @"\*+", "*");

    private static string Call(int index, string piece) =>
        $$$"""data: {"choices":[{"index":0,"delta":{"tool_calls":[{"function":{"arguments":{{{System.Text.Json.JsonSerializer.Serialize(piece)}}}},"index":{{{index}}}}]}}]}""" + "\n\n";

    private static string Take(StreamMask mask, string piece) => Encoding.UTF8.GetString(mask.Take(Encoding.UTF8.GetBytes(piece)).Span);

    private static string Through(string stream, int length)
    {
        var mask = new StreamMask(SecretMask.Of(Key, "another-0123456789")!);
        var through = new List<byte>();
        foreach (var piece in Encoding.UTF8.GetBytes(stream).Chunk(length))
        {
            through.AddRange(mask.Take(piece).Span);
        }

        through.AddRange(mask.End().Span);
        return Encoding.UTF8.GetString([.. through]);
    }
}
