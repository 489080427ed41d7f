using System.Globalization;

namespace Bench.Fixtures.Gateway.Cassettes;

/// <summary>The first line of a cassette: where its exchanges come from. See docs/formats/cassette.md.</summary>
public sealed record CassetteHeader
{
    /// <summary>The file format's version.</summary>
    public const int CurrentSchemaVersion = 1;

    /// <summary>The version of the file; <see cref="CurrentSchemaVersion"/> when Bench writes it.</summary>
    public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    /// <summary>When the recording began, UTC, ISO 8601, whole seconds.</summary>
    public required string RecordedAt { get; init; }

    /// <summary>The version of Bench that recorded.</summary>
    public required string Bench { get; init; }

    /// <summary>What answered: <c>embedded</c> or <c>live</c>.</summary>
    public required string Profile { get; init; }

    /// <summary>The agents' versions, by agent.</summary>
    public required IReadOnlyDictionary<string, string> Agents { get; init; }

    /// <summary>An instant as <see cref="RecordedAt"/> spells it.</summary>
    public static string Stamp(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
