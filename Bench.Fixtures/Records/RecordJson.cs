using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Records;

/// <summary>
/// How Bench writes JSON: snake_case names, every field always present, only what JSON demands escaped, and
/// milliseconds (names that end in <c>_ms</c>) with at most three decimals.
/// </summary>
public static class RecordJson
{
    /// <summary>One line, for NDJSON.</summary>
    public static JsonSerializerOptions Compact { get; } = Options(indented: false);

    /// <summary>Two spaces of indentation and <c>\n</c>, for documents.</summary>
    public static JsonSerializerOptions Indented { get; } = Options(indented: true);

    /// <summary>For a <see cref="Utf8JsonWriter"/> that writes a document by hand.</summary>
    public static JsonWriterOptions WriterOptions(bool indented) => new()
    {
        Indented = indented,
        IndentSize = 2,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A record as one line without a line end.</summary>
    public static byte[] Serialize(JobRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, RecordInfo(Compact));

    /// <summary>A record as an indented document with a line end.</summary>
    public static byte[] SerializeIndented(JobRecord record) => [.. JsonSerializer.SerializeToUtf8Bytes(record, RecordInfo(Indented)), (byte)'\n'];

    /// <summary>A record of this version, from its JSON.</summary>
    /// <exception cref="JsonException">It is not a record.</exception>
    public static JobRecord Deserialize(ReadOnlySpan<byte> json) =>
        OutsideJson.Deserialize(json, RecordInfo(Compact)) ?? throw new JsonException("The record is null.");

    /// <summary>The snake-case naming, number rounding and escaping of this class for the types of <paramref name="resolver"/>.</summary>
    internal static JsonSerializerOptions Options(bool indented, IJsonTypeInfoResolver resolver)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            WriteIndented = indented,
            IndentSize = 2,
            NewLine = "\n",
            TypeInfoResolver = resolver.WithAddedModifier(RoundMilliseconds),
        };
        options.MakeReadOnly();
        return options;
    }

    private static JsonSerializerOptions Options(bool indented) => Options(indented, RecordJsonContext.Default);

    private static JsonTypeInfo<JobRecord> RecordInfo(JsonSerializerOptions options) => (JsonTypeInfo<JobRecord>)options.GetTypeInfo(typeof(JobRecord));

    private static void RoundMilliseconds(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.Name.EndsWith("_ms", StringComparison.Ordinal) && property.PropertyType == typeof(double?))
            {
                property.CustomConverter = MillisecondsConverter.Instance;
            }
        }
    }

    private sealed class MillisecondsConverter : JsonConverter<double?>
    {
        public static readonly MillisecondsConverter Instance = new();

        public override bool HandleNull => true;

        public override double? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? null : reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double? value, JsonSerializerOptions options)
        {
            // Not a number is not known either; a record is never lost over it.
            if (value is { } milliseconds && double.IsFinite(milliseconds))
            {
                writer.WriteNumberValue(Rounding.Milliseconds(milliseconds));
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }
}

/// <summary>The generated serializers of the record's types.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(JobRecord))]
[JsonSerializable(typeof(string))]
internal sealed partial class RecordJsonContext : JsonSerializerContext;
