using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Bench.Fixtures.Intake;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Summaries;

/// <summary>Reads and writes <c>collected/summary.json</c>.</summary>
public static class SummaryJson
{
    private static readonly JsonSerializerOptions Indented = RecordJson.Options(indented: true, SummaryJsonContext.Default);

    /// <summary>The summary as an indented document with a line end.</summary>
    public static byte[] Serialize(RunSummary summary) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(summary, (JsonTypeInfo<RunSummary>)Indented.GetTypeInfo(typeof(RunSummary))), (byte)'\n'];

    /// <summary>A summary from its document.</summary>
    /// <exception cref="JsonException">It is not a summary of this version.</exception>
    public static RunSummary Deserialize(ReadOnlySpan<byte> json) =>
        OutsideJson.Deserialize(json, (JsonTypeInfo<RunSummary>)Indented.GetTypeInfo(typeof(RunSummary)))
        ?? throw new JsonException("The summary is null.");

    /// <summary>A document with an empty <c>records</c> array, cut around it.</summary>
    /// <param name="writeFields">Writes the fields before <c>records</c>.</param>
    /// <param name="aggregates">Written behind the records; null leaves them out.</param>
    internal static (byte[] Head, byte[] Tail) AroundRecords(Action<Utf8JsonWriter> writeFields, RunAggregates? aggregates)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, RecordJson.WriterOptions(indented: true));
        json.WriteStartObject();
        writeFields(json);
        json.WritePropertyName("records");
        json.Flush();
        var head = buffer.WrittenSpan.ToArray();
        json.WriteStartArray();
        json.WriteEndArray();
        json.Flush();
        var behindArray = buffer.WrittenCount;
        if (aggregates is not null)
        {
            json.WritePropertyName("aggregates");
            JsonSerializer.Serialize(json, aggregates, (JsonTypeInfo<RunAggregates>)Indented.GetTypeInfo(typeof(RunAggregates)));
        }

        json.WriteEndObject();
        json.Flush();
        return (head, [.. buffer.WrittenSpan[behindArray..], (byte)'\n']);
    }
}

/// <summary>The generated serializers of the summary's types.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(RunSummary))]
[JsonSerializable(typeof(RunAggregates))]
internal sealed partial class SummaryJsonContext : JsonSerializerContext;
