using System.Text.Json;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Records;

/// <summary>Changes a manifest's <c>status</c> and leaves every other byte as it is, but for a text that is no Unicode.</summary>
internal static class ManifestStatus
{
    /// <summary>The manifest with this status.</summary>
    /// <exception cref="JsonException">The manifest is no JSON object.</exception>
    public static byte[] With(ReadOnlySpan<byte> manifest, string status)
    {
        manifest = OutsideJson.Mended(manifest);
        var reader = OutsideJson.Read(manifest);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("status"u8))
            {
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                return [.. manifest[..start], .. Quoted(status), .. manifest[(int)reader.BytesConsumed..]];
            }
        }

        // The original harness knew no status: it goes first.
        var afterBrace = manifest.IndexOf((byte)'{') + 1;
        return [.. manifest[..afterBrace], .. "\n  \"status\": "u8, .. Quoted(status), .. ","u8, .. manifest[afterBrace..]];
    }

    private static byte[] Quoted(string status) => JsonSerializer.SerializeToUtf8Bytes(status, RecordJsonContext.Default.String);
}
