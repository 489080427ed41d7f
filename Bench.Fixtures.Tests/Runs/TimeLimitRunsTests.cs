using System.Globalization;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>Whole runs of real agents that the time limit ends: such a job is in every number, as "at least".</summary>
public sealed class TimeLimitRunsTests
{
    private const int LimitMs = 300_000;

    // More than a start on a busy machine: a job that is to pass must not reach it.
    private const int LimitSeconds = 30;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = LimitMs)]
    public async Task Eight_jobs_of_which_the_limit_ends_four_have_a_median_of_at_least()
    {
        using var lab = LabOf("cc_glm_headless", "quick_1", "quick_2", "quick_3", "quick_4", "slow_1", "slow_2", "slow_3", "slow_4");
        lab.Settings["MaxRetries"] = "0";
        Stall(lab, "*slow*", requests: "*");

        var records = await lab.RunAsync(Token);

        Assert.Equal([.. Enumerable.Repeat("passed", 4), .. Enumerable.Repeat("failed", 4)], records.Select(record => record.Status));
        Assert.All(records.Skip(4), AssertHoldsItsLimit);
        Assert.All(records.Take(4), record => Assert.Empty(record.AtLeast));
        var lane = Assert.Single(SummaryOf(lab).Lanes);
        Assert.All(
            [lane.CompletionLatency, lane.FirstAttemptCompletionLatency, lane.TimeToResult, lane.FirstOutputLatency, lane.FirstAttemptFirstOutputLatency],
            latency => Assert.Equal((8, 4, true, true), (latency.N, latency.Censored, latency.P50.IsAtLeast, latency.MaxIsAtLeast)));
        var markdown = await File.ReadAllTextAsync(lab.RunFolder.SummaryMarkdown, Token);
        Assert.All(["time to result", "first output, first attempt", "completion, first attempt"], measure =>
            Assert.Contains($"| cc_glm_headless | {measure} | 8 | 4 | ≥ ", markdown, StringComparison.Ordinal));
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_flaky_jobs_time_to_result_holds_the_attempt_that_its_limit_ended()
    {
        using var lab = LabOf("cc_glm_headless", "flaky_1");
        Stall(lab, "*", requests: "1");

        var id = Assert.Single(await lab.RunAsync(Token)).JobId;

        var record = RecordJson.Deserialize(await File.ReadAllBytesAsync(lab.RunFolder.JobRecord(id), Token));
        Assert.Equal(("passed", true, 2), (record.OutcomeName, record.Flaky, record.Attempts.Count));
        Assert.InRange(record.FirstAttemptCompletionLatencyMs!.Value, LimitSeconds * 1000, LimitMs);
        Assert.True(record is { FirstAttemptCensored: true, Censored: false });
        Assert.True(record.TimeToResultMs >= record.FirstAttemptCompletionLatencyMs + record.BackoffMs + record.CompletionLatencyMs, $"{record.TimeToResultMs} ms");
        var lane = Assert.Single(SummaryOf(lab).Lanes);
        Assert.Equal((1, 0, record.TimeToResultMs), (lane.TimeToResult.N, lane.TimeToResult.Censored, lane.TimeToResult.MaxMs));
        Assert.Equal((1, 1), (lane.FirstAttemptCompletionLatency.N, lane.FirstAttemptCompletionLatency.Censored));
        Assert.Equal((1, 0, record.CompletionLatencyMs), (lane.CompletionLatency.N, lane.CompletionLatency.Censored, lane.CompletionLatency.MaxMs));
    }

    [Theory(Timeout = LimitMs)]
    [InlineData("Timeout", "StallThreshold")]
    [InlineData("StallThreshold", "Timeout")]
    public async Task On_every_lane_a_job_that_a_limit_ended_holds_it(string limit, string other)
    {
        using var lab = LabOf(RunLab.AllLanes, "slow_1");
        (lab.Settings[limit], lab.Settings[other]) = ($"{LimitSeconds}s", "250s");
        lab.Settings["MaxRetries"] = "0";
        Stall(lab, "*", requests: "*");

        var records = await lab.RunAsync(Token);

        Assert.Equal(5, records.Count);
        Assert.All(records, AssertHoldsItsLimit);
        Assert.All(records, record => Assert.Equal(limit == "Timeout", record.Attempts[^1].TimedOut));
        Assert.All(SummaryOf(lab).Lanes, lane => Assert.Equal(
            (1, 1, true, 1, 1),
            (lane.TimeToResult.N, lane.TimeToResult.Censored, lane.TimeToResult.P50.IsAtLeast, lane.FirstAttemptFirstOutputLatency.N, lane.FirstAttemptFirstOutputLatency.Censored)));
    }

    private static void AssertHoldsItsLimit(JobRecord record)
    {
        Assert.Equal((record.JobId, true, true), (record.JobId, record.Censored, record.Attempts[^1] is { TimedOut: true } or { Stalled: true }));
        Assert.InRange(record.CompletionLatencyMs!.Value, LimitSeconds * 1000, LimitMs);
        Assert.Equal((record.CompletionLatencyMs, record.CompletionLatencyMs), (record.FirstOutputLatencyMs, record.TimeToResultMs));
        Assert.Equal((record.CompletionLatencyMs, record.FirstOutputLatencyMs), (record.Attempts[^1].CompletionLatencyMs, record.Attempts[^1].FirstOutputLatencyMs));
        Assert.Superset(new HashSet<string>(["completion_latency_ms", "first_output_latency_ms", "time_to_result_ms"]), record.AtLeast.ToHashSet());
        Assert.Superset(new HashSet<string>(["completion_latency_ms", "first_output_latency_ms"]), record.Attempts[^1].AtLeast.ToHashSet());
    }

    private static RunSummary SummaryOf(RunLab lab) => SummaryJson.Deserialize(File.ReadAllBytes(lab.RunFolder.SummaryJson));

    private static void Stall(RunLab lab, string jobs, string requests) => lab.Settings["Gateway:FaultPlan"] = lab.Write(
        "plan.json",
        $$"""{ "schema_version": 1, "rules": [ { "fault": "stall_before_stream", "job": "{{jobs}}", "requests": "{{requests}}" } ] }""");

    private static RunLab LabOf(string lanes, params string[] prompts)
    {
        var lab = new RunLab
        {
            Settings =
            {
                ["Workflows"] = lanes, ["Timeout"] = LimitSeconds.ToString(CultureInfo.InvariantCulture) + "s", ["StallThreshold"] = "200s", ["Order"] = "sequential", ["Parallel"] = "4",
            },
        };
        lab.Settings["PromptsFile"] = lab.Write("prompts.json", $$"""
            { "version": 1, "name": "limits", "prompts": [ {{string.Join(", ", prompts.Select(id => $$"""{ "id": "{{id}}", "category": "c", "title": "t", "prompt": "Say DONE.", "success_hints": ["DONE"] }"""))}} ] }
            """);
        foreach (var id in prompts)
        {
            lab.Write($"scripted/{id}.json", $$"""{ "schema_version": 1, "prompt_id": "{{id}}", "turns": [ { "text": "DONE" } ] }""");
        }

        return lab;
    }
}
