using System.Text.Json;
using System.Text.Json.Serialization;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Dispatches;

/// <summary>Instants in JSON as every file of Bench has them: UTC, milliseconds, <c>Z</c>.</summary>
internal sealed class UtcStamp : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc />
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(RecordBuilder.Stamp(value));
}
