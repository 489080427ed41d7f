using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Gateway.Cassettes;

/// <summary>Where and how a gateway records.</summary>
public sealed record CassetteRecording
{
    /// <summary>Absolute path of the cassette; there must be no file yet.</summary>
    public required string Path { get; init; }

    /// <summary>The first line.</summary>
    public required CassetteHeader Header { get; init; }

    /// <summary>Takes the run's secrets out of the answers.</summary>
    public required Redactor Redactor { get; init; }
}
