using System.Text;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Tests.Redaction;

public sealed class SecretMaskTests
{
    private const string Key = "zai-key/\"0123456789\"";

    [Fact]
    public void Nothing_long_enough_needs_no_mask() => Assert.Null(SecretMask.Of("short", ""));

    [Theory]
    [InlineData("Incorrect API key provided: zai-key/\"0123456789\".", "Incorrect API key provided: ********************.")]
    [InlineData("{\"error\":\"zai-key/\\\"0123456789\\\" is wrong\"}", "{\"error\":\"********************** is wrong\"}")]
    [InlineData("zai-key/\"0123456789", "zai-key/\"0123456789")]
    [InlineData("", "")]
    public void Every_form_is_covered_and_nothing_else(string text, string masked)
    {
        var mask = SecretMask.Of(Key)!;

        Assert.Equal(masked, mask.Mask(text));
        Assert.Equal(text.Length, masked.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1000)]
    public void The_pieces_make_no_difference(int length)
    {
        var mask = SecretMask.Of(Key, "abcabcabcabc", "0123456789")!;
        var bytes = Encoding.UTF8.GetBytes($"a {Key} b {Convert.ToBase64String(Encoding.UTF8.GetBytes("xx" + Key))} abcabcabcabcabc abcabc {Key}{Key} 0123456789\"! abcabcab\u00E9");

        Assert.Equal(mask.Mask(Encoding.UTF8.GetString(bytes)), Encoding.UTF8.GetString(InPieces(mask, bytes, length)));
        Assert.DoesNotContain("0123456789", mask.Mask(Encoding.UTF8.GetString(bytes)), StringComparison.Ordinal);
        Assert.DoesNotContain("abcabcabcabc", mask.Mask(Encoding.UTF8.GetString(bytes)), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_may_begin_a_secret_is_held_back()
    {
        var text = SecretMask.Of("9key-of-a-provider")!.Begin();

        Assert.Equal("data: 1\n\n", TextOf(text.Take("data: 1\n\n"u8.ToArray(), isFinal: false)));
        Assert.Equal("data: ", TextOf(text.Take("data: 9key-"u8.ToArray(), isFinal: false)));
        Assert.Equal("9key-5\n\n", TextOf(text.Take("5\n\n"u8.ToArray(), isFinal: false)));
        Assert.Equal("", TextOf(text.Take("9key-of"u8.ToArray(), isFinal: false)));
        Assert.Equal("9key-of", TextOf(text.Take(default, isFinal: true)));
    }

    private static byte[] InPieces(SecretMask mask, byte[] bytes, int length)
    {
        var text = mask.Begin();
        var masked = new List<byte>();
        foreach (var piece in bytes.Chunk(length))
        {
            masked.AddRange(text.Take(piece, isFinal: false).Span);
        }

        masked.AddRange(text.Take(default, isFinal: true).Span);
        return [.. masked];
    }

    private static string TextOf(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
