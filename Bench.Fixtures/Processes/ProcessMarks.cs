using System.Globalization;

namespace Bench.Fixtures.Processes;

/// <summary>The environment variables that mark every process of a job, so that those which leave its process group are found.</summary>
public static class ProcessMarks
{
    /// <summary>The run, by the name that people know. Two runs may have the same.</summary>
    public const string RunId = "BENCH_RUN_ID";

    /// <summary>The run, by <see cref="RunMark.Value"/>: no two have the same.</summary>
    public const string Run = "BENCH_RUN_MARK";

    /// <summary>The job. Only a process with this mark has descendants searched by mark: a run's mark alone is shared by its servers and jobs.</summary>
    public const string JobId = "BENCH_JOB_ID";

    /// <summary>Number of the try, from 0.</summary>
    public const string Attempt = "BENCH_ATTEMPT";

    /// <summary>The marks of one attempt. No two processes that Bench starts with equal marks may overlap in time.</summary>
    public static IReadOnlyDictionary<string, string> Of(RunMark run, string jobId, int attempt) => new Dictionary<string, string>
    {
        [RunId] = run.RunId,
        [Run] = run.Value,
        [JobId] = jobId,
        [Attempt] = attempt.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The marks in an environment, as <c>NAME=value</c>; empty when it has no <see cref="JobId"/>.</summary>
    internal static IReadOnlyList<string> In(IReadOnlyDictionary<string, string> environment) =>
        !environment.ContainsKey(JobId)
            ? []
            : [.. new[] { RunId, Run, JobId, Attempt }.Where(environment.ContainsKey).Select(name => $"{name}={environment[name]}")];
}
