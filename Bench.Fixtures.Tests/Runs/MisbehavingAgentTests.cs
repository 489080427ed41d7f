using Bench.Fixtures.Failures;
using Bench.Fixtures.Records;
using Bench.Fixtures.Tests.Agents.ClaudeCode;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>What stands in the record, the logs and the process table after a whole run on an agent that misbehaves.</summary>
public sealed class MisbehavingAgentTests
{
    private static readonly string[] GoodAnswer = ["line", ClaudeLines.Init, "line", ClaudeLines.Assistant("PONG"), "line", ClaudeLines.Result()];

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_daemon_that_holds_the_output_is_killed_and_the_answer_counts()
    {
        using var agent = new MisbehavingAgent();

        var record = await agent.RunAsync(["daemon", "600000", .. GoodAnswer]);

        AssertSuccess(record);
        Assert.Equal((0, null), (record.Attempts[0].ReturnCode, record.Attempts[0].Signal));
        Assert.Contains("descendants_killed", Codes(record));
        AssertLogIsWhole(agent, record);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_that_ignores_TERM_is_killed_at_its_limit()
    {
        using var agent = new MisbehavingAgent();
        agent.Lab.Settings["Timeout"] = "30s";

        var record = await agent.RunAsync("ignore-term", "line", ClaudeLines.Init, "hang");

        AssertFailure(record, FailureCategory.Model, FailureReasons.Timeout, "harness");
        Assert.Equal((null, 9), (record.Attempts[0].ReturnCode, record.Attempts[0].Signal));
        Assert.Equal((true, true), (record.Attempts[0].TimedOut, record.Censored));
        Assert.InRange(record.CompletionLatencyMs!.Value, 30_000, record.Attempts[0].Seconds!.Value * 1000);
        Assert.Equal(
            (record.CompletionLatencyMs, record.CompletionLatencyMs, record.CompletionLatencyMs),
            (record.FirstOutputLatencyMs, record.FirstAttemptCompletionLatencyMs, record.TimeToResultMs));
        Assert.Equal(
            ["first_output_latency_ms", "completion_latency_ms", "time_to_result_ms", "first_attempt_first_output_latency_ms", "first_attempt_completion_latency_ms"],
            record.AtLeast.Where(name => name.EndsWith("_ms", StringComparison.Ordinal)));
        Assert.Null(record.ExitLagMs);
        AssertLogIsWhole(agent, record);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_line_of_50_MB_is_whole_in_the_log_and_hides_no_answer()
    {
        const int Length = 50_000_000;
        using var agent = new MisbehavingAgent();

        var record = await agent.RunAsync(["long-line", $"{Length}", .. GoodAnswer]);

        AssertSuccess(record);
        Assert.Contains("unreadable_output", Codes(record));
        Assert.True(record.Attempts[0].StdoutBytes > Length);
        AssertLogIsWhole(agent, record);
        Assert.InRange(new FileInfo(agent.Lab.RunFolder.JobRecord(record.JobId)).Length, 1, 100_000);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_line_of_50_MB_and_nothing_else_is_more_than_Bench_reads()
    {
        using var agent = new MisbehavingAgent();

        var record = await agent.RunAsync("long-line", "50000000");

        AssertFailure(record, FailureCategory.Harness, FailureReasons.ParserError, "harness");
        AssertLogIsWhole(agent, record);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Half_a_character_stays_in_the_log_as_it_is()
    {
        using var agent = new MisbehavingAgent();

        var record = await agent.RunAsync(["half-character", "line", "", .. GoodAnswer, "half-character"]);

        AssertSuccess(record);
        Assert.Contains("unreadable_output", Codes(record));
        var log = File.ReadAllBytes(agent.StdoutLog);
        Assert.Equal([0xC3, (byte)'\n'], log[..2]);
        Assert.Equal([(byte)'\n', 0xC3], log[^2..]);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Half_a_character_in_a_plain_answer_becomes_a_replacement_character()
    {
        using var agent = new MisbehavingAgent();

        var record = await agent.RunPlainAsync("text", "PONG ", "half-character");

        AssertSuccess(record);
        Assert.Equal("PONG \uFFFD", record.Attempts[0].Answer);
        Assert.Equal([.. "PONG "u8, 0xC3], File.ReadAllBytes(agent.StdoutLog));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_secret_in_two_writes_reaches_no_file_of_the_run()
    {
        using var agent = new MisbehavingAgent();

        var record = await agent.RunAsync(
            ["split", AgentScript.Token, "line", "", "error", $"token {AgentScript.Token}", "line", ClaudeLines.Init, "line", ClaudeLines.Result($"PONG {AgentScript.Token}")]);

        AssertSuccess(record);
        Assert.StartsWith("PONG [REDACTED", record.Attempts[0].Answer, StringComparison.Ordinal);
        Assert.StartsWith("[REDACTED", File.ReadAllText(agent.StdoutLog), StringComparison.Ordinal);
        Assert.StartsWith("token [REDACTED", Assert.Single(record.Attempts[0].StderrTail), StringComparison.Ordinal);
        var secret = agent.GivenToken;
        Assert.True(secret.Length >= 8);
        Assert.All(agent.Files, file => Assert.DoesNotContain(secret, File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Exit_code_0_and_not_a_word_is_no_success()
    {
        using var agent = new MisbehavingAgent();

        var record = await agent.RunAsync("exit", "0");

        AssertFailure(record, FailureCategory.Model, FailureReasons.MalformedOutput, "agent");
        Assert.False(record.Completed);
        Assert.Equal(0, record.Attempts[0].ReturnCode);
        AssertLogIsWhole(agent, record);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_plain_answer_without_a_word_is_empty_and_no_success()
    {
        using var agent = new MisbehavingAgent();

        var record = await agent.RunPlainAsync("line", "  ", "exit", "0");

        AssertFailure(record, FailureCategory.Model, FailureReasons.EmptyAnswer, "agent");
        Assert.Equal(0, record.Attempts[0].ReturnCode);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Exit_code_137_before_an_answer_is_a_failure_with_its_last_word()
    {
        using var agent = new MisbehavingAgent();

        var record = await agent.RunAsync("line", ClaudeLines.Init, "error", "Killed", "exit", "137");

        AssertFailure(record, FailureCategory.Model, FailureReasons.RuntimeNonzero, "agent");
        Assert.Equal(137, record.Attempts[0].ReturnCode);
        Assert.Contains("137", record.FailureEvidence, StringComparison.Ordinal);
        Assert.Contains("Killed", record.FailureEvidence, StringComparison.Ordinal);
        AssertLogIsWhole(agent, record);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(3)]
    [InlineData(137)]
    public async Task A_bad_exit_after_a_good_answer_is_an_incident(int exitCode)
    {
        using var agent = new MisbehavingAgent();

        var record = await agent.RunAsync([.. GoodAnswer, "exit", $"{exitCode}"]);

        AssertSuccess(record);
        Assert.Equal(exitCode, record.Attempts[0].ReturnCode);
        var incident = Assert.Single(record.Incidents);
        Assert.Equal(("nonzero_exit_after_answer", $"After its answer the agent ended with exit code {exitCode}."), (incident.Code, incident.Detail));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_that_hangs_after_its_answer_has_succeeded_late()
    {
        using var agent = new MisbehavingAgent();

        var record = await agent.RunAsync([.. GoodAnswer, "hang"]);

        AssertSuccess(record);
        Assert.Equal(["hung_after_success"], Codes(record));
        Assert.Equal((false, false), (record.Censored, record.Attempts[0].TimedOut));
        Assert.True(record.ExitLagMs >= 10_000, $"{record.ExitLagMs} ms");
        Assert.True(record.CompletionLatencyMs + 10_000 <= record.Attempts[0].Seconds * 1000, "The waiting is no part of the lane's latency.");
        AssertLogIsWhole(agent, record);
    }

    private static IEnumerable<string> Codes(JobRecord record) => record.Incidents.Select(i => i.Code);

    private static void AssertSuccess(JobRecord record)
    {
        Assert.True(record.Success, $"{record.FailureCategory}/{record.FailureReason} {record.FailureEvidence}");
        Assert.Equal((JobStatuses.Passed, null, null), (record.Status, record.FailureReason, record.EndedBy));
        Assert.Equal((1, true), (record.ModelRequests, record.ModelVerified));
    }

    private static void AssertFailure(JobRecord record, FailureCategory category, string reason, string endedBy)
    {
        Assert.Equal(
            (category.ToString().ToLowerInvariant(), reason, endedBy),
            (record.FailureCategory, record.FailureReason, record.EndedBy));
        Assert.Equal((false, JobStatuses.Failed), (record.Success, record.Status));
        Assert.False(string.IsNullOrEmpty(record.FailureRule));
        Assert.False(string.IsNullOrEmpty(record.FailureEvidence));
    }

    // Nothing was redacted in it, so every byte that was read must be there.
    private static void AssertLogIsWhole(MisbehavingAgent agent, JobRecord record) =>
        Assert.Equal(record.Attempts[0].StdoutBytes, new FileInfo(agent.StdoutLog).Length);
}
