using Bench.Fixtures.Records;

namespace Bench.Fixtures.Reporting;

/// <summary>What a journal line tells a person: a finished job or a notice; the other is null.</summary>
/// <param name="Record">The record of a job that has ended.</param>
/// <param name="Notice">Something about the run as a whole.</param>
public sealed record JournalNews(JobRecord? Record, string? Notice);
