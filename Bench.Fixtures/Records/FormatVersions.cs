namespace Bench.Fixtures.Records;

/// <summary>
/// The <c>schema_version</c> of each file. The original Python harness wrote none: its files count as version 1.
/// A reader accepts every version up to its own.
/// </summary>
public static class FormatVersions
{
    /// <summary><c>raw/journal.ndjson</c>.</summary>
    public const int Journal = 1;

    /// <summary><c>run_results.json</c>.</summary>
    public const int RunResults = 2;

    /// <summary><c>collected/results.json</c>.</summary>
    public const int Results = 2;

    /// <summary><c>collected/summary.json</c>.</summary>
    public const int Summary = 2;

    /// <summary><c>governance_report.json</c>.</summary>
    public const int GovernanceReport = 2;

    /// <summary>A soak's <c>&lt;run id&gt;.json</c>; the original's, which had none, counts as 1.</summary>
    public const int Soak = 2;

    /// <summary><c>progressive/state.json</c>.</summary>
    public const int ProgressiveState = 1;
}
