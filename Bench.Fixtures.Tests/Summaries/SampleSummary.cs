using Bench.Fixtures.Records;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Summaries;

/// <summary>A run with a bit of everything: enough jobs for intervals on one lane, too few on another, failures, retries, lost jobs, a server.</summary>
internal static class SampleSummary
{
    public static RunFolder Write(TestFolder folder)
    {
        List<JobRecord> records =
        [
            .. Enumerable.Range(1, 80).Select(trial => SampleRun.Passed("opencode_run_headless", "coding_1", trial, completionMs: 1000 + (trial * 37 % 80 * 10), retries: trial % 20 == 0 ? 1 : 0)),
            SampleRun.TimedOut("opencode_run_headless", "robust|ness_1", limitMs: 30_000),
            SampleRun.Failed("opencode_run_headless", "latency_1", category: "env", reason: "quota_or_rate_limit"),
            .. Enumerable.Range(1, 3).Select(trial => SampleRun.Passed("opencode_server_http", "coding_1", trial, completionMs: 400 * trial) with
            {
                WorkflowStartupLatencyMs = 1843.21, CostUsd = null, ModelFirstTokenMs = 22, CachedInputTokens = 50, ReasoningTokens = 5,
            }),
            SampleRun.Failed("opencode_server_http", "latency_1", category: "model", reason: "hint_mismatch") with { CostUsd = null },
            SampleRun.PassedAfterTimeOut("opencode_server_http", "robustness_1") with { AtLeast = ["first_attempt_first_output_latency_ms", "first_attempt_completion_latency_ms", "input_tokens"] },
            SampleRun.Failed("cc_glm_headless", "coding_1", category: "harness", reason: "parser_error") with { InputTokens = null, CostUsd = null, ModelSelected = null },
            SampleRun.Cancelled("cc_glm_headless", "latency_1"),
        ];
        // A name that Markdown would take for two cells.
        records = [.. records.Select(record => record with { JobId = record.JobId.Replace('|', '-') })];
        var lost = SampleRun.Passed("cc_glm_headless", "robustness_1");
        var run = SampleRun.Write(folder, records, [.. records, lost]);
        File.WriteAllBytes(run.JobRecord("cc_glm_headless__old_1"), RecordJson.SerializeIndented(SampleRun.Passed("cc_glm_headless", "old_1") with { RunId = "bench-earlier" }));
        return run;
    }
}
