using System.Text.Json.Serialization;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Workspaces;

namespace Bench.Fixtures.Dispatches;

/// <summary>What was removed, and what could not be.</summary>
public sealed record DispatchPruning
{
    /// <summary>Ids of the jobs whose folders are gone, sorted.</summary>
    public required IReadOnlyList<string> Removed { get; init; }

    /// <summary>Ids of the jobs whose worker had died and that got their outcome now, sorted.</summary>
    public required IReadOnlyList<string> Settled { get; init; }

    /// <summary>Ids of the jobs that stay, sorted.</summary>
    public required IReadOnlyList<string> Kept { get; init; }

    /// <summary>What could not be deleted, one sentence each.</summary>
    public required IReadOnlyList<string> Leftovers { get; init; }
}

// Jobs end.
public sealed partial class DispatchStore
{
    // The worker's own limits are below it: 3 s for the agent, then the closing of the run.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(45);

    /// <summary>
    /// Ends a job: a queued one is taken from its queue; the worker of one in flight stops the agent and closes the run, and is killed with every process of the job
    /// when it has not done so within 45 s. When this returns no process of the job is left. Returns null when there is no such job; one that is over stays as it is.
    /// </summary>
    public async Task<DispatchEntry?> StopAsync(string beads, CancellationToken cancellationToken)
    {
        if (RequestStop(beads) is not { } entry || entry.Outcome is not null || entry.IsElsewhere || entry.Job.Worker is not { } process)
        {
            return Find(beads)?.Entry;
        }

        if (!await process.AwaitEndAsync(StopLimit, cancellationToken))
        {
            process.Kill();
            await process.AwaitEndAsync(StopLimit, cancellationToken);
        }

        // The guard of a killed worker does the same; whoever asked must not wait for it.
        DeadJob.KillProcesses(entry.Instance);
        return Find(beads)?.Entry;
    }

    /// <summary>Deletes the folders of jobs that are over, after dead ones were closed. Jobs in flight and queued ones are never touched.</summary>
    /// <param name="olderThan">Only those that ended at least so long ago.</param>
    public async Task<DispatchPruning> PruneAsync(TimeSpan olderThan)
    {
        var removed = new List<string>();
        var kept = new List<string>();
        List<string> settled = [];
        List<string> hidden = [];
        if (Directory.Exists(Folder.Root))
        {
            settled = Settle();
            using var held = Hold();
            Pump();

            // What a killed process left half made or half deleted.
            hidden.AddRange(Folder.HiddenPaths());
            foreach (var entry in Entries())
            {
                if (entry.Outcome is not { } outcome || clock.GetUtcNow() - outcome.CompletedAt < olderThan || entry.Job.Worker?.IsAlive == true)
                {
                    kept.Add(entry.Job.Beads);
                    continue;
                }

                var path = Folder.NewHiddenPath();
                Directory.Move(Folder.JobPath(entry.Job.Beads), path);
                hidden.Add(path);
                removed.Add(entry.Job.Beads);
            }
        }

        var leftovers = new List<string>();
        foreach (var path in hidden)
        {
            leftovers.AddRange(await FolderRemoval.RemoveAsync(path));
        }

        return new() { Removed = removed, Settled = settled, Kept = kept, Leftovers = leftovers };
    }

    // Null when there is no such job.
    private DispatchEntry? RequestStop(string beads)
    {
        if (!Directory.Exists(Folder.Root))
        {
            return null;
        }

        Settle(beads);
        using var held = Hold();
        if (!DispatchFolder.IsId(beads) || Last(beads) is not { } entry || entry.Outcome is not null)
        {
            return DispatchFolder.IsId(beads) ? Last(beads) : null;
        }

        DispatchJson.Write(entry.Instance.StopRequest, new StopRequest(clock.GetUtcNow()));
        if (entry.IsQueued)
        {
            Conclude(entry.Instance, entry.Job with { StartedAt = null }, OutcomeVerdict.OfEnding(DispatchEnding.Stopped), new());
        }
        else if (!entry.IsElsewhere)
        {
            entry.Job.Worker?.RequestEnd();
        }

        return entry;
    }

    private sealed record StopRequest([property: JsonConverter(typeof(UtcStamp))] DateTimeOffset RequestedAt);
}
