using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Gates;

/// <summary>What the folder of a soak says, read afresh.</summary>
public sealed record SoakEvidence
{
    /// <summary>The run folder's name.</summary>
    public required string RunDir { get; init; }

    /// <summary>The manifest; its <see cref="Manifest.Soak"/> is not null.</summary>
    public required Manifest Manifest { get; init; }

    /// <summary>The records that there are, by job id, those of cancelled jobs among them.</summary>
    public required IReadOnlyDictionary<string, JobRecord> Records { get; init; }

    /// <summary>The prompts as they were sent, by job id; jobs that were never begun have none.</summary>
    public IReadOnlyDictionary<string, string> Prompts { get; init; } = new Dictionary<string, string>();

    /// <summary>The last round that was begun, as its process says; 0 leaves it to what the folder shows.</summary>
    public int Round { get; init; }

    /// <summary>The process of the run is gone, although the manifest says that it goes on.</summary>
    public bool IsDead { get; init; }

    /// <summary>Reads a run; null when it is no soak of this version of Bench.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static SoakEvidence? TryRead(RunFolder folder, CancellationToken cancellationToken)
    {
        if (!File.Exists(folder.Manifest) || TryParse(folder) is not { Soak: not null } manifest)
        {
            return null;
        }

        return new SoakEvidence
        {
            RunDir = folder.Name,
            Manifest = manifest,
            Records = RunReader.Records(folder, withCancelled: true, cancellationToken),
            Prompts = manifest.Jobs.Where(job => File.Exists(folder.PromptText(job.JobId))).ToDictionary(job => job.JobId, job => File.ReadAllText(folder.PromptText(job.JobId))),
        };
    }

    private static Manifest? TryParse(RunFolder folder)
    {
        try
        {
            return Planning.Manifest.Parse(File.ReadAllBytes(folder.Manifest), folder.Manifest);
        }
        catch (BenchUsageException)
        {
            // A manifest of the original harness, or of another version: that is no soak of ours.
            return null;
        }
    }
}
