using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Tests.Records;

/// <summary>Records and run folders for tests. Everything about them follows from the arguments.</summary>
internal static class SampleRun
{
    public const string RunId = "bench-20260301T080000Z";

    public static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    /// <summary>A record that passed, after <paramref name="completionMs"/>.</summary>
    public static JobRecord Passed(string workflowId, string promptId, int trial = 1, double completionMs = 1000, int retries = 0) => new()
    {
        RunId = RunId,
        JobId = Job.IdOf(workflowId, promptId, trial),
        WorkflowId = workflowId,
        System = workflowId.StartsWith("opencode", StringComparison.Ordinal) ? "opencode" : "cc-glm",
        WorkflowKind = workflowId.Contains("server", StringComparison.Ordinal) ? "server" : "headless",
        PromptId = promptId,
        PromptCategory = promptId.Split('_')[0],
        PromptTitle = "Title of " + promptId,
        Trial = trial,
        Profile = "embedded",
        Model = "glm-5",
        ModelSelected = "glm-5",
        ModelVerified = true,
        Success = true,
        Status = JobStatuses.Passed,
        Completed = true,
        Flaky = retries > 0,
        RetryCount = retries,
        QueueWaitMs = 3,
        PreparationMs = 25,
        StartupLatencyMs = completionMs / 10,
        FirstOutputLatencyMs = completionMs / 4,
        CompletionLatencyMs = completionMs,
        TimeToResultMs = completionMs + (retries * 500),
        FirstAttemptFirstOutputLatencyMs = retries == 0 ? completionMs / 4 : null,
        FirstAttemptCompletionLatencyMs = retries == 0 ? completionMs : null,
        ExitLagMs = 1.5,
        ModelTimeMs = completionMs / 2,
        AgentOverheadMs = completionMs / 2,
        ModelRequests = 2,
        HiddenModelRequests = 1,
        InputTokens = 100,
        OutputTokens = 20,
        CostUsd = 0.001m,
        HintMatchRatio = 1,
        JobStartedAt = Stamp(trial),
        JobCompletedAt = Stamp(trial + 1),
        Attempts = [.. Enumerable.Range(0, retries + 1).Select(attempt => Attempt(attempt, success: attempt == retries))],
    };

    /// <summary>A record that failed on its only attempt.</summary>
    public static JobRecord Failed(string workflowId, string promptId, int trial = 1, string category = "model", string reason = "hint_mismatch") =>
        Passed(workflowId, promptId, trial) with
        {
            Success = false,
            Status = JobStatuses.Failed,
            Completed = false,
            FailureCategory = category,
            FailureReason = reason,
            EndedBy = "agent",
            Attempts = [Attempt(0, success: false) with { FailureCategory = category, FailureReason = reason }],
        };

    /// <summary>A record that a time limit ended, on its only attempt.</summary>
    public static JobRecord TimedOut(string workflowId, string promptId, int trial = 1, double limitMs = 5000, double? firstOutputMs = null) =>
        Failed(workflowId, promptId, trial, "model", "timeout") with
        {
            Censored = true,
            FirstOutputLatencyMs = firstOutputMs ?? limitMs,
            CompletionLatencyMs = limitMs,
            TimeToResultMs = limitMs,
            FirstAttemptFirstOutputLatencyMs = firstOutputMs ?? limitMs,
            FirstAttemptCompletionLatencyMs = limitMs,
            FirstAttemptCensored = true,
            AtLeast =
            [
                .. firstOutputMs is null ? new[] { "first_output_latency_ms" } : [],
                "completion_latency_ms",
                "time_to_result_ms",
                .. firstOutputMs is null ? new[] { "first_attempt_first_output_latency_ms" } : [],
                "first_attempt_completion_latency_ms",
            ],
        };

    /// <summary>A record that passed on its second attempt, after its limit had ended the first.</summary>
    public static JobRecord PassedAfterTimeOut(string workflowId, string promptId, int trial = 1, double limitMs = 15_000, double backoffMs = 1000, double completionMs = 1400) =>
        Passed(workflowId, promptId, trial, completionMs, retries: 1) with
        {
            BackoffMs = backoffMs,
            TimeToResultMs = limitMs + backoffMs + completionMs,
            FirstAttemptFirstOutputLatencyMs = limitMs,
            FirstAttemptCompletionLatencyMs = limitMs,
            FirstAttemptCensored = true,
            AtLeast = ["first_attempt_first_output_latency_ms", "first_attempt_completion_latency_ms"],
        };

    /// <summary>A record of a job that the end of the run overtook.</summary>
    public static JobRecord Cancelled(string workflowId, string promptId, int trial = 1) => Passed(workflowId, promptId, trial) with
    {
        Success = false,
        Status = JobStatuses.Cancelled,
        Completed = false,
        FirstOutputLatencyMs = null,
        CompletionLatencyMs = null,
        TimeToResultMs = null,
        FirstAttemptFirstOutputLatencyMs = null,
        FirstAttemptCompletionLatencyMs = null,
        Attempts = [],
    };

    public static string Stamp(int seconds) =>
        Start.AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A manifest that plans these jobs.</summary>
    public static byte[] Manifest(IEnumerable<JobRecord> planned, string runId = RunId) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["schema_version"] = 2,
        ["run_id"] = runId,
        ["status"] = "running",
        ["created_at"] = Stamp(0),
        ["profile"] = "embedded",
        ["jobs"] = new JsonArray([.. planned.Select(record => new JsonObject
        {
            ["job_id"] = record.JobId,
            ["workflow_id"] = record.WorkflowId,
            ["prompt_id"] = record.PromptId,
            ["trial"] = record.Trial,
        })]),
    }.ToJsonString(RecordJson.Indented) + "\n");

    /// <summary>Writes a whole run through <see cref="RunWriter"/>.</summary>
    public static RunFolder Write(TestFolder folder, IReadOnlyList<JobRecord> records, IEnumerable<JobRecord>? planned = null, string status = RunStatuses.Completed)
    {
        using var writer = RunWriter.Create(folder.Path, RunId, Manifest(planned ?? records), new FrozenClock());
        foreach (var record in records)
        {
            writer.JobStarted(record.JobId);
            writer.JobFinished(record);
        }

        writer.Finish(status);
        return writer.Folder;
    }

    private static AttemptRecord Attempt(int number, bool success) => new()
    {
        Attempt = number,
        Success = success,
        Completed = success,
        ReturnCode = success ? 0 : 1,
        Answer = "The answer is {\"a\": [1, 2]} | done",
        StderrTail = ["a \"quoted\" line"],
    };
}

/// <summary>A clock that stands still.</summary>
internal sealed class FrozenClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => SampleRun.Start;
}

/// <summary>Keeps the rows it is given.</summary>
internal sealed class RowList : IRecordSink<RowList>
{
    public List<RecordRow> Rows { get; } = [];

    public void Add(in RecordRow row) => Rows.Add(row);

    public void Merge(RowList other) => Rows.AddRange(other.Rows);

    public IEnumerable<string> JobIds => Rows.Select(row => row.JobId).Order(StringComparer.Ordinal);
}
