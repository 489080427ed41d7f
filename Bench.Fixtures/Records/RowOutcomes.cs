namespace Bench.Fixtures.Records;

/// <summary>What the test of a job came to, in xunit's words; a job that failed as a fault demands has a test that passed.</summary>
public static class RowOutcomes
{
    /// <summary>It passed.</summary>
    public const string Passed = "passed";

    /// <summary>It was skipped: an env failure that is not to fail it.</summary>
    public const string Skipped = "skipped";

    /// <summary>It failed.</summary>
    public const string Failed = "failed";
}
