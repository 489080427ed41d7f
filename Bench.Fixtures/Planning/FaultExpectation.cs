namespace Bench.Fixtures.Planning;

/// <summary>How a job must end whose model fails on purpose.</summary>
public sealed record FaultExpectation
{
    /// <summary>The <see cref="Outcome"/> of a job that the fault does not bring down.</summary>
    public const string Passed = "passed";

    /// <summary><see cref="Passed"/>, or failure category and reason: <c>env/auth_error</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Attempts, where the run allows as many; at least 1.</summary>
    public required int Attempts { get; init; }

    /// <summary>The most that all attempts together may take, the waits between them left out.</summary>
    public required TimeSpan Within { get; init; }

    /// <summary>Why this, where it does not go without saying; null where it does.</summary>
    public string? Why { get; init; }
}

/// <summary>How every lane must end under every fault: <c>prompts/chaos/expectations.json</c>. See docs/formats/fault-expectations.md.</summary>
/// <param name="path">The file, for error messages.</param>
/// <param name="byFault">What most lanes do, by fault.</param>
/// <param name="byLane">What single lanes do instead.</param>
public sealed class FaultExpectations(
    string path, IReadOnlyDictionary<string, FaultExpectation> byFault, IReadOnlyDictionary<(string Fault, string WorkflowId), FaultExpectation> byLane)
{
    /// <summary>The expectation for a lane under a fault; null when the file has none.</summary>
    public FaultExpectation? Find(string fault, string workflowId) => byLane.GetValueOrDefault((fault, workflowId)) ?? byFault.GetValueOrDefault(fault);

    /// <summary>Checks that no job of a plan is without an expectation.</summary>
    /// <exception cref="BenchUsageException">Some are; names all their faults.</exception>
    public void CheckCovers(RunPlan plan)
    {
        var missing = plan.Jobs.Where(job => job.Fault is { } fault && Find(fault, job.WorkflowId) is null).Select(job => job.Fault).Distinct().ToList();
        if (missing.Count > 0)
        {
            throw new BenchUsageException($"The fault expectations '{path}' say nothing of '{string.Join("', '", missing)}', which the run injects. Add what is to be expected (docs/formats/fault-expectations.md), or leave the fault out of Faults.");
        }
    }
}
