using System.Collections.Concurrent;
using System.Globalization;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Queueing;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures;

/// <summary>
/// The lanes and providers of a run that are not asked any more, because every further job would get the answer that one has got: a refused key,
/// a wrong base URL, an agent that is not there, a wait that nobody waits for. Their other jobs are not run. Safe for use by many threads.
/// </summary>
/// <param name="settings">The run's.</param>
/// <param name="upstreamOf">The real provider of a workflow; null where there is none.</param>
internal sealed class LaneStops(BenchSettings settings, Func<string, UpstreamTarget?> upstreamOf)
{
    /// <summary>The rule of jobs that were not run because their lane was stopped.</summary>
    public const string LaneRule = "lane.stopped";

    /// <summary>The rule of jobs that were not run because their provider was.</summary>
    public const string ProviderRule = "provider.stopped";

    // One that was merely looked for is not among them: its jobs may be skipped, one by one.
    private static readonly string[] NoAgentRules = [MissingAgentLane.UnusableRule, "exception.start_missing"];

    private readonly ConcurrentDictionary<string, Failure> lanes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Failure> providers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Pilot> pilots = new(StringComparer.Ordinal);

    /// <summary>Why the job is not to be run; null as a rule.</summary>
    public Failure? Find(Job job) => lanes.GetValueOrDefault(job.WorkflowId) ?? providers.GetValueOrDefault(job.Provider);

    /// <summary>At a real provider the first job of a lane goes ahead; the others wait until it has a good answer, or has ended its first attempt.</summary>
    public Task ReadyAsync(Job job, CancellationToken cancellationToken)
    {
        if (upstreamOf(job.WorkflowId) is not { } upstream)
        {
            return Task.CompletedTask;
        }

        var pilot = pilots.GetOrAdd(job.WorkflowId, _ => new Pilot(job.JobId));
        return pilot.JobId == job.JobId ? Task.CompletedTask : Task.WhenAny(pilot.Landed.Task, upstream.Circuit.Proven).WaitAsync(cancellationToken);
    }

    /// <summary>The failure with what it takes to mend it: which variable holds the key, how long the provider asks to wait.</summary>
    public Failure? Explained(Job job, Failure? failure)
    {
        if (failure is { Reason: FailureReasons.AuthError } && upstreamOf(job.WorkflowId) is not null)
        {
            failure = failure with { Evidence = $"{Sentence(failure.Evidence)} The key is that of the environment variable {settings.Live[job.System].KeyVariable}." };
        }

        return failure?.RetryAfter > RetryBackoff.LongestAsked
            ? failure with { Evidence = $"{Sentence(failure.Evidence)} The provider asks to wait {Words(failure.RetryAfter.Value)}; Bench waits for {Words(RetryBackoff.LongestAsked)} at most." }
            : failure;
    }

    /// <summary>An attempt of the job has ended.</summary>
    /// <returns>What was stopped by it, in one sentence; null as a rule.</returns>
    public string? Note(Job job, Failure? failure)
    {
        var stopped = failure is null ? null : Stop(job, failure);
        if (pilots.TryGetValue(job.WorkflowId, out var pilot) && pilot.JobId == job.JobId)
        {
            pilot.Landed.TrySetResult();
        }

        return stopped;
    }

    private string? Stop(Job job, Failure failure)
    {
        if (StopsLane(job, failure) && lanes.TryAdd(job.WorkflowId, NotRun(job, failure, LaneRule, $"the lane {job.WorkflowId}")))
        {
            return $"The lane {job.WorkflowId} is stopped, its other jobs are not run: {job.JobId} failed with {NameOf(failure)}. {failure.Evidence}";
        }

        return failure.RetryAfter > RetryBackoff.LongestAsked && providers.TryAdd(job.Provider, NotRun(job, failure, ProviderRule, $"the provider {job.Provider}"))
            ? $"The provider {job.Provider} is stopped, its other jobs are not run: {job.JobId} failed with {NameOf(failure)}. {failure.Evidence}"
            : null;
    }

    // HTTP 403 may be about the one request; the circuit knows what was a 401.
    private bool StopsLane(Job job, Failure failure) => failure.Reason switch
    {
        FailureReasons.CliMissing => NoAgentRules.Contains(failure.RuleId),
        FailureReasons.AuthError => upstreamOf(job.WorkflowId) is { } upstream && (upstream.Circuit.Refusal is not null || failure.RuleId != "http.auth"),
        FailureReasons.WrongBaseUrl => upstreamOf(job.WorkflowId)?.Circuit.Refusal is not null,
        _ => false,
    };

    private static Failure NotRun(Job job, Failure failure, string rule, string what) => failure with
    {
        EndedBy = EndedBy.Harness,
        RuleId = rule,
        Evidence = $"Not run: {what} was stopped after {job.JobId}. {failure.Evidence}",
        RetryAfter = null,
    };

    private static string NameOf(Failure failure) => $"{failure.Category.ToString().ToLowerInvariant()}/{failure.Reason}";

    private static string Sentence(string text) => text.Length == 0 || text[^1] is '.' or '!' or '?' or '…' ? text : text + ".";

    private static string Words(TimeSpan span) => span.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.#} h")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0.#} min");

    private sealed record Pilot(string JobId)
    {
        public TaskCompletionSource Landed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
