using Bench.Fixtures.Dispatches;

namespace Bench.Cli.Dispatch;

/// <summary>Prints what became of a start.</summary>
internal sealed class StartOutput(CliHost host, StartRequest request, bool isJson)
{
    /// <summary>The job was refused; the exit code of the first reason.</summary>
    public int Refused(IReadOnlyList<StartRefusal> refusals)
    {
        foreach (var refusal in refusals)
        {
            host.Error.WriteLine(refusal.Details);
        }

        if (isJson)
        {
            CliJson.Write(host.Output, new RefusedDocument(1, false, request.Beads, request.Provider, refusals[0].ExitCode, refusals[0].ReasonCode, [.. refusals.Select(refusal => new Problem(refusal.ReasonCode, refusal.Details))]));
        }

        return refusals[0].ExitCode;
    }

    /// <summary>The job was started or queued; a worker that could not be started has made an outcome already.</summary>
    public int Placed(DispatchEntry entry, DispatchPlacement placement)
    {
        var state = entry.Outcome is not null ? DispatchStates.ExitedErr : entry.IsQueued ? DispatchStates.Queued : DispatchStates.Launching;
        var reason = entry.Outcome?.ReasonCode ?? (entry.IsQueued ? DispatchReasons.WaitingForSlot : DispatchReasons.Launched);
        var job = entry.Job;
        if (isJson)
        {
            CliJson.Write(host.Output, new PlacedDocument(
                1, entry.Outcome is null, job.Beads, job.Provider, state, reason, DispatchAdvice.For(job.Beads, state, reason), job.Pid, job.RunInstance, job.Model, job.Worktree, placement.QueuePosition, entry.Instance.Root));
        }
        else if (entry.IsQueued)
        {
            host.Output.WriteLine(FormattableString.Invariant($"{job.Beads} is queued on {job.Provider}, place {placement.QueuePosition}; in flight: {InFlight(placement)}."));
        }
        else if (entry.Outcome is null)
        {
            host.Output.WriteLine(FormattableString.Invariant($"{job.Beads} started on {job.Provider} with {job.Model} (pid {job.Pid}): {entry.Instance.Root}"));
            host.Output.WriteLine($"Next: dotnet bench dispatch check --beads {job.Beads}");
        }

        if (entry.Outcome is { } outcome)
        {
            host.Error.WriteLine($"{job.Beads} could not be started: {outcome.Details}");
        }

        return entry.Outcome is null ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static string InFlight(DispatchPlacement placement) =>
        placement.Holders.Count == 0 ? "none" : string.Join(", ", placement.Holders.Select(holder => holder.Job.Beads));

    private sealed record Problem(string ReasonCode, string Details);

    private sealed record RefusedDocument(int SchemaVersion, bool Started, string Beads, string Provider, int ExitCode, string ReasonCode, IReadOnlyList<Problem> Problems);

    private sealed record PlacedDocument(
        int SchemaVersion, bool Started, string Beads, string Provider, string State, string ReasonCode, string NextAction, int? Pid, string RunInstance, string Model, string? Worktree, int? QueuePosition, string JobDir);
}
