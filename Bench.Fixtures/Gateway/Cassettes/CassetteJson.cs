using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bench.Fixtures.Gateway.Cassettes;

/// <summary>The lines of a cassette as JSON: snake_case names, null for unknown, a member that is missing or not known is an error.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(CassetteHeader))]
[JsonSerializable(typeof(CassetteExchange))]
internal sealed partial class CassetteJson : JsonSerializerContext
{
    public static CassetteJson Lines { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    });
}
