using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Planning;

// The manifest as JSON.
public sealed partial record Manifest
{
    private static readonly ManifestJsonContext Json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    });

    /// <summary>An indented document with a line end; unknown values are null, never left out.</summary>
    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, Json.Manifest), (byte)'\n'];

    /// <summary>Reads a manifest of this version; other versions have other fields, and only the records' reader knows those.</summary>
    /// <param name="json">The manifest.</param>
    /// <param name="path">Its file, for the message; null when there is none.</param>
    /// <exception cref="BenchUsageException">The bytes are no manifest, or one of another version.</exception>
    public static Manifest Parse(ReadOnlySpan<byte> json, string? path = null)
    {
        const string Cure = "Name the folder of a run that this version of Bench has made.";
        var name = path is null ? "The manifest" : $"The manifest '{path}'";
        try
        {
            var manifest = OutsideJson.Deserialize(json, Json.Manifest) ?? throw new JsonException("it is null");
            return manifest.SchemaVersion == CurrentSchemaVersion
                ? manifest
                : throw new BenchUsageException(FormattableString.Invariant(
                    $"{name} has the schema version {manifest.SchemaVersion}, this version of Bench reads {CurrentSchemaVersion}. {Cure}"));
        }
        catch (JsonException e)
        {
            throw new BenchUsageException($"{name} cannot be read: {e.Message.TrimEnd('.')}. {Cure}");
        }
    }

    [JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
    [JsonSerializable(typeof(Manifest))]
    private sealed partial class ManifestJsonContext : JsonSerializerContext;
}
