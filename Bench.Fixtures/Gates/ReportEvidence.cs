using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures.Gates;

/// <summary>What a run folder says, read afresh: nothing is taken from a derived document.</summary>
public sealed record ReportEvidence
{
    /// <summary>The run.</summary>
    public required RunFolder Folder { get; init; }

    /// <summary>Null when there is none, or none of this version.</summary>
    public Manifest? Manifest { get; init; }

    /// <summary>Why <see cref="Manifest"/> is null; null when it is not.</summary>
    public string? ManifestProblem { get; init; }

    /// <summary>The manifest exists.</summary>
    public required bool HasManifest { get; init; }

    /// <summary>Made from the records now; null when the manifest cannot be read at all.</summary>
    public RunSummary? Summary { get; init; }

    /// <summary>Whether <c>collected/summary.json</c> is what its records give, byte for byte; null when it does not exist.</summary>
    public bool? IsSummaryCurrent { get; init; }

    /// <summary>Planned jobs without a document in <c>raw/</c>, in the plan's order.</summary>
    public IReadOnlyList<string> MissingDocuments { get; init; } = [];

    /// <summary>Secrets that are in the folder now.</summary>
    public required RedactionScan Scan { get; init; }

    /// <summary>Reads a run.</summary>
    /// <param name="folder">The run; it must exist.</param>
    /// <param name="redactor">Knows the secrets to look for.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static ReportEvidence Read(RunFolder folder, Redactor redactor, CancellationToken cancellationToken)
    {
        var evidence = new ReportEvidence
        {
            Folder = folder,
            HasManifest = File.Exists(folder.Manifest),
            Scan = redactor.ScanFolder(folder.Root, cancellationToken),
        };
        if (!evidence.HasManifest)
        {
            return evidence with { ManifestProblem = $"The run '{folder.Root}' has no manifest.json." };
        }

        try
        {
            var manifest = Planning.Manifest.Parse(File.ReadAllBytes(folder.Manifest), folder.Manifest);
            var summary = RunSummarizer.Read(folder, cancellationToken);
            return evidence with
            {
                Manifest = manifest,
                Summary = summary,
                IsSummaryCurrent = File.Exists(folder.SummaryJson) ? File.ReadAllBytes(folder.SummaryJson).AsSpan().SequenceEqual(SummaryJson.Serialize(summary)) : null,
                MissingDocuments = [.. manifest.Jobs.Where(job => job.NotRun is null).Select(job => job.JobId).Where(id => !RunFolder.IsId(id) || !File.Exists(folder.JobRecord(id)))],
            };
        }
        catch (BenchUsageException e)
        {
            return evidence with { ManifestProblem = e.Message };
        }
    }
}
