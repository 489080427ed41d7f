using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Planning;

/// <summary>The job that stands in for one whose lane could not reach its model: the next on the route of the settings. Pure.</summary>
public static class StandIn
{
    /// <summary>The job that goes on; null at the end of the route, and without one.</summary>
    /// <param name="job">The job that failed, one of the plan or one that stands in already.</param>
    /// <param name="reason">Why it failed.</param>
    /// <param name="settings">Hold the route and the models of its lanes.</param>
    public static Job? For(Job job, string reason, BenchSettings settings)
    {
        if (FallbackRoute.After(job.System, settings.Fallback).FirstOrDefault() is not { } workflow)
        {
            return null;
        }

        var origin = job.FallbackFrom ?? job.WorkflowId;
        return job with
        {
            JobId = $"{Job.IdOf(workflow.Id, job.CaseId, job.Trial)}__for_{origin}",
            WorkflowId = workflow.Id,
            System = workflow.System,
            WorkflowKind = workflow.Kind,
            Model = settings.Model.Of(workflow),
            Provider = settings.Model.ProviderOf(workflow),
            FallbackFrom = origin,
            FallbackReason = reason,
        };
    }
}
