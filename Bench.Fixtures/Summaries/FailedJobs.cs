using System.Text.Json;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Summaries;

/// <summary>Gathers the failed jobs of a run and reads their records again for what a summary says of them.</summary>
internal static class FailedJobs
{
    // A run in which everything fails may have very many; the documents of the others are a link away.
    private const int MostDetailed = 2000;

    /// <summary>The jobs with evidence, detail and links, sorted by id.</summary>
    public static IReadOnlyList<FailedJob> Read(RunFolder folder, IEnumerable<FailedJob> failed) =>
        [.. failed.OrderBy(job => job.JobId, StringComparer.Ordinal).Select((job, index) => RunFolder.IsId(job.JobId) ? WithDetails(folder, job, index < MostDetailed) : job)];

    private static FailedJob WithDetails(RunFolder folder, FailedJob job, bool isDetailed)
    {
        var path = folder.JobRecord(job.JobId);
        if (!File.Exists(path))
        {
            return job;
        }

        job = job with { Record = folder.Relative(path) };
        try
        {
            return isDetailed ? With(job, RecordJson.Deserialize(File.ReadAllBytes(path))) : job;
        }
        catch (Exception problem) when (problem is JsonException || ArtifactException.IsCause(problem))
        {
            // A record of the original harness, or one that has gone meanwhile.
            return job;
        }
    }

    private static FailedJob With(FailedJob job, JobRecord record) => job with
    {
        Evidence = record.FailureEvidence is { } evidence ? EvidenceText.Line(evidence, 1000) : null,
        Detail = FailureDetails.AnswerOf(record),
        Logs = [.. FailureDetails.LogsOf(record).Select(log => log.Path)],
    };
}
