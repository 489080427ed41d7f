namespace Bench.Fixtures.Records;

/// <summary>How a run stands, as its manifest says.</summary>
public static class RunStatuses
{
    /// <summary>Jobs are still going on, or the run was killed and not yet finalized.</summary>
    public const string Running = "running";

    /// <summary>Every job was given its chance.</summary>
    public const string Completed = "completed";

    /// <summary>A person or the CI system stopped it.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>The test process died before it could say how the run ended.</summary>
    public const string Crashed = "crashed";

    /// <summary>Whether the run is over.</summary>
    public static bool IsFinal(string? status) => status is Completed or Cancelled or Crashed;
}
