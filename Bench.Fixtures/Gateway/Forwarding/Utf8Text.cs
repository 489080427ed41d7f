namespace Bench.Fixtures.Gateway.Forwarding;

/// <summary>What stands before a text in UTF-8.</summary>
internal static class Utf8Text
{
    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>The bytes without a byte-order mark.</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Mark) ? bytes[Mark.Length..] : bytes;

    /// <summary>Whether the text begins as a web page does: with a tag.</summary>
    public static bool IsPage(ReadOnlySpan<byte> bytes) => WithoutMark(bytes).TrimStart(" \t\r\n"u8) is [(byte)'<', ..];
}
