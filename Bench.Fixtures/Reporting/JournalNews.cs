using Bench.Fixtures.Records;

namespace Bench.Fixtures.Reporting;

/// <summary>Something that a journal tells a person who watches. One of record, pause and notice is set.</summary>
public sealed record JournalNews
{
    /// <summary>The record of a job that ended.</summary>
    public JobRecord? Record { get; init; }

    /// <summary>What the job's test came to, one of <see cref="RowOutcomes"/>; null when the record alone says it.</summary>
    public string? Row { get; init; }

    /// <summary>A provider whose jobs have to wait.</summary>
    public ProviderPause? Pause { get; init; }

    /// <summary>Something about the run as a whole.</summary>
    public string? Notice { get; init; }
}

/// <summary>No job of a provider starts for a while, because an attempt was turned away for its rate.</summary>
/// <param name="Provider">The pool.</param>
/// <param name="Duration">How long.</param>
/// <param name="JobId">The job whose attempt it was.</param>
public sealed record ProviderPause(string Provider, TimeSpan Duration, string JobId);
