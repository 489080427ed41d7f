using System.Text.Encodings.Web;
using System.Text.Json;
using Bench.Fixtures.Intake;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Dispatches;

/// <summary>The JSON of a job's files: snake_case, one document a file, unknown is null.</summary>
internal static class DispatchJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>The document's bytes, with a line end.</summary>
    internal static byte[] Serialize<TDocument>(TDocument document) => [.. JsonSerializer.SerializeToUtf8Bytes(document, Options), (byte)'\n'];

    /// <exception cref="JsonException">The bytes are no such document.</exception>
    internal static TDocument Parse<TDocument>(ReadOnlySpan<byte> json) => OutsideJson.Deserialize<TDocument>(json, Options)!;

    /// <summary>The document of a file; null when there is none, or one that cannot be read.</summary>
    internal static TDocument? TryRead<TDocument>(string path)
        where TDocument : class
    {
        try
        {
            return Parse<TDocument>(File.ReadAllBytes(path));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    internal static void Write<TDocument>(string path, TDocument document) => AtomicFile.Write(path, Serialize(document), flushToDisk: true);
}
