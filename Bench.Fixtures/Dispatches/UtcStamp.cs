using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bench.Fixtures.Dispatches;

/// <summary>Instants in JSON as every file of Bench has them: UTC, milliseconds, <c>Z</c>.</summary>
internal sealed class UtcStamp : JsonConverter<DateTimeOffset>
{
    /// <summary>The instant as text.</summary>
    internal static string Of(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <inheritdoc />
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(Of(value));
}
