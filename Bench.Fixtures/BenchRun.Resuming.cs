using System.Globalization;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures;

// A run that goes on where it was cut off, and the jobs that stand in for others, of which some may have been left then.
public sealed partial class BenchRun
{
    private Job? StandInFor(Job job, JobRecord record) =>
        record.FailureReason == FailureReasons.ModelUnavailable ? StandIn.For(job, record.FailureReason, Settings) : null;

    // A job that is over may have been on its route when the run was killed: what stood in for it then goes on.
    private void TakeUp(Job job, JobProgress progress, JobRecord record, ResumedRun resumed)
    {
        var standIn = StandInFor(job, record);
        progress.EndedAt = Clock.GetUtcNow();
        NoteRow(record);
        progress.End(record, goesOn: standIn is not null);
        if (standIn is null)
        {
            return;
        }

        var next = jobs[standIn.JobId] = new JobProgress(progress.Origin ?? progress);
        if (resumed.Records.GetValueOrDefault(standIn.JobId) is { } nextRecord)
        {
            TakeUp(standIn, next, nextRecord, resumed);
        }
        else
        {
            goingOn.Add(standIn);
        }
    }

    private static RunWriter Resume(ResumedRun resumed, RunResources resources, RunPlan plan)
    {
        var changes = resumed.Changes(resources.Manifest);
        resources.Manifest = resumed.Continue(resources.Manifest);
        var repriced = resumed.Reprice(resources.Manifest, resources.Priced);
        var settings = resources.Inputs.Settings;
        var left = plan.Jobs.Where(job => !resumed.Records.ContainsKey(job.JobId)).ToList();
        var open = plan.Jobs.SelectMany(job => RouteOf(job, settings)).Select(job => job.JobId).Where(id => !resumed.Records.ContainsKey(id)).ToList();
        var writer = RunWriter.Resume(resumed.Folder, resumed.HandOver(), resources.Manifest.ToJson(), open, resources.Clock);
        try
        {
            Announce();
        }
        catch
        {
            writer.Dispose();
            throw;
        }

        return writer;

        void Announce()
        {
            foreach (var record in repriced ?? [])
            {
                writer.Amend(record);
            }

            writer.Notice(ResumedText(plan.Jobs.Count, left.Count));
            if (repriced is not null)
            {
                writer.Notice(string.Create(CultureInfo.InvariantCulture, $"The price table is another one: all {resumed.Records.Count} records were priced again, {repriced.Count} of them cost something else now."));
            }

            foreach (var change in changes)
            {
                writer.Notice($"{change.Key} is '{change.Value}' from here on and was '{change.Was}'.");
            }
        }
    }

    private static string ResumedText(int jobs, int left) => left == 0
        ? string.Create(CultureInfo.InvariantCulture, $"The run is resumed, and there is nothing left to run: {jobs} of {jobs} jobs have a result.")
        : string.Create(CultureInfo.InvariantCulture, $"The run is resumed: {jobs - left} of {jobs} jobs have their record, {left} run now.");

    // A job and all that may stand in for it.
    private static IEnumerable<Job> RouteOf(Job job, BenchSettings settings)
    {
        for (Job? next = job; next is not null; next = StandIn.For(next, FailureReasons.ModelUnavailable, settings))
        {
            yield return next;
        }
    }
}
