using System.Runtime.Versioning;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;
using Bench.Fixtures.Workflows;
using Bench.Fixtures.Workflows.DxRunner;

namespace Bench.Fixtures.Tests.Workflows;

/// <summary>Jobs that a dx-runner runs, on a script that behaves as the real one does.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class DxRunnerLaneTests
{
    private const string Secret = "a-secret-of-the-tests";

    public DxRunnerLaneTests() => Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // The original waited for the limit: it did not know no_op_success, which is how an echo ends.
    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("opencode")]
    [InlineData("cc-glm")]
    [InlineData("gemini")]
    public async Task An_echo_that_changes_nothing_ends_well_with_the_answer_from_the_log(string system)
    {
        using var runner = new FakeDxRunner();

        var outcome = await runner.Lane.RunAsync(runner.Request(system, 0), Token);

        Assert.True(outcome.Success, outcome.Failure?.Evidence);
        Assert.Equal(("OK", 0), (outcome.Answer, outcome.ExitCode));
        Assert.Equal(["start", "check", "report", "logs"], runner.Calls.Select(call => call.Split(' ')[0]).Distinct());
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("NOT OK", FailureReasons.CheckFailed)]
    [InlineData("nothing", FailureReasons.EmptyAnswer)]
    public async Task A_job_that_ended_well_with_another_answer_or_none_fails(string answer, string reason)
    {
        using var runner = new FakeDxRunner();
        runner.Behave("default", $"answer={answer}");

        var outcome = await runner.Lane.RunAsync(runner.Request("cc-glm", 0), Token);

        Assert.Equal((FailureCategory.Model, reason), (outcome.Failure!.Category, outcome.Failure.Reason));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_state_that_nobody_knows_fails_at_once()
    {
        using var runner = new FakeDxRunner();
        runner.Behave("default", "state=hibernating");

        var outcome = await runner.Lane.RunAsync(runner.Request("gemini", 0), Token);

        Assert.Equal((FailureCategory.Harness, FailureReasons.ParserError), (outcome.Failure!.Category, outcome.Failure.Reason));
        Assert.Contains("'hibernating'", outcome.Failure.Evidence, StringComparison.Ordinal);
    }

    // Its process may go on for hours, in a work tree that is gone.
    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("stalled", "stalled_no_progress", "model", FailureReasons.StalledRun)]
    [InlineData("no_op", "no_heartbeat_no_mutation", "model", FailureReasons.EmptyAnswer)]
    [InlineData("blocked", "blocked_flag_set", "env", FailureReasons.PermissionDenied)]
    [InlineData("hibernating", "snow", "harness", FailureReasons.ParserError)]
    public async Task A_job_that_has_not_ended_by_itself_is_stopped(string state, string reasonCode, string category, string reason)
    {
        using var runner = new FakeDxRunner();
        runner.Behave("default", "sleep=600", $"live_state={state}", $"live_reason={reasonCode}");

        var outcome = await runner.Lane.RunAsync(runner.Request("cc-glm", 0), Token);

        Assert.Equal((category, reason), (outcome.Failure!.Category.ToString().ToLowerInvariant(), outcome.Failure.Reason));
        Assert.Equal(reason == FailureReasons.StalledRun, outcome.Stalled);
        AssertKnownUpTo(TimeSpan.Zero, outcome);
        Assert.Contains($"state is '{state}', reason '{reasonCode}'", outcome.Failure.Evidence, StringComparison.Ordinal);
        Assert.Equal("stop run-r1-cc-glm-0", runner.Calls[^1]);
        await runner.UntilNoneRunsAsync(Token);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_job_that_ended_by_itself_is_not_stopped()
    {
        using var runner = new FakeDxRunner();
        runner.Behave("default", "rc=1");

        await runner.Lane.RunAsync(runner.Request("cc-glm", 0), Token);

        Assert.DoesNotContain(runner.Calls, call => call.StartsWith("stop", StringComparison.Ordinal));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task One_check_that_cannot_be_read_is_asked_again()
    {
        using var runner = new FakeDxRunner();
        runner.Behave("default", "torn_checks=1");

        var outcome = await runner.Lane.RunAsync(runner.Request("cc-glm", 0), Token);

        Assert.True(outcome.Success, outcome.Failure?.Evidence);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Checks_that_cannot_be_read_at_all_fail_the_job_and_stop_it()
    {
        using var runner = new FakeDxRunner();
        runner.Behave("default", "sleep=600", "torn_checks=999");

        var outcome = await runner.Lane.RunAsync(runner.Request("cc-glm", 0), Token);

        Assert.Equal((FailureCategory.Harness, FailureReasons.ParserError), (outcome.Failure!.Category, outcome.Failure.Reason));
        Assert.Equal(5, runner.Calls.Count(call => call.StartsWith("check", StringComparison.Ordinal)));
        Assert.Contains("stop run-r1-cc-glm-0", runner.Calls);
        await runner.UntilNoneRunsAsync(Token);
    }

    // Whoever ends the run would end its jobs too, which are its own to end.
    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task No_mark_of_a_run_reaches_a_dx_runner()
    {
        var environment = ProcessMarks.Of(RunMark.New("dx"), "job", 0).Append(new("KEPT", "yes")).ToDictionary();

        var reply = await new DxRunnerCli("/usr/bin/env", environment, TimeProvider.System).RunAsync(Token);

        Assert.Contains("KEPT=yes", reply.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("BENCH_", reply.Output, StringComparison.Ordinal);
    }

    // The original's second Gemini job failed: the cap is one.
    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Jobs_over_a_providers_cap_wait_for_their_turn()
    {
        using var runner = new FakeDxRunner();
        runner.Cap("gemini", 1);
        runner.Behave("default", "starts=3");

        var outcomes = await Task.WhenAll(runner.Lane.RunAsync(runner.Request("gemini", 0), Token), runner.Lane.RunAsync(runner.Request("gemini", 1), Token));

        Assert.All(outcomes, outcome => Assert.True(outcome.Success, outcome.Failure?.Evidence));
        Assert.True(runner.Calls.Count(call => call.StartsWith("start ", StringComparison.Ordinal)) > 2);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_job_that_a_cap_kept_waiting_until_its_limit_was_never_started_and_is_no_models_fault()
    {
        using var runner = new FakeDxRunner();
        runner.Cap("gemini", 0);

        var outcome = await runner.Lane.RunAsync(runner.Request("gemini", 0, TimeSpan.FromMilliseconds(1)), Token);

        Assert.Equal((true, FailureCategory.Harness, FailureReasons.WaitTimeout, "dx_runner.cap"), (outcome.TimedOut, outcome.Failure!.Category, outcome.Failure.Reason, outcome.Failure.RuleId));
        Assert.Null(outcome.Timeline.Submitted);
        Assert.All(runner.Calls, call => Assert.StartsWith("start ", call, StringComparison.Ordinal));
    }

    // The original read "auth" in any text, "author" among it.
    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("opencode_rate_limited", "env", FailureReasons.QuotaOrRateLimit)]
    [InlineData("secret_auth_resolution_failed_after_preflight", "env", FailureReasons.AuthError)]
    [InlineData("opencode_model_unavailable", "model", FailureReasons.ModelUnavailable)]
    [InlineData("max_runtime_exceeded", "model", FailureReasons.Timeout)]
    [InlineData("process_exit_with_rc", "model", FailureReasons.RuntimeNonzero)]
    public async Task A_job_that_fails_is_blamed_by_its_reason_code_alone(string reasonCode, string category, string reason)
    {
        using var runner = new FakeDxRunner();
        runner.Behave("default", "rc=1", $"reason={reasonCode}", "answer=permission denied, says the author");

        var outcome = await runner.Lane.RunAsync(runner.Request("opencode", 0), Token);

        Assert.Equal((category, reason), (outcome.Failure!.Category.ToString().ToLowerInvariant(), outcome.Failure.Reason));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(25, "opencode_model_unavailable", FailureReasons.ModelUnavailable)]
    [InlineData(22, "worktree_not_allowed", FailureReasons.PermissionDenied)]
    [InlineData(20, "", FailureReasons.CliMissing)]
    [InlineData(24, "", FailureReasons.StartFailed)]
    public async Task A_start_that_is_refused_is_blamed_by_code(int exitCode, string reasonCode, string reason)
    {
        using var runner = new FakeDxRunner();
        runner.Behave("default", $"start_exit={exitCode}", $"start_reason={reasonCode}");

        var outcome = await runner.Lane.RunAsync(runner.Request("opencode", 0), Token);

        Assert.Equal(reason, outcome.Failure!.Reason);
        Assert.DoesNotContain(runner.Calls, call => call.StartsWith("check", StringComparison.Ordinal));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_job_over_its_limit_is_stopped_and_is_a_timeout()
    {
        using var runner = new FakeDxRunner();
        runner.Behave("default", "sleep=600");

        var outcome = await runner.Lane.RunAsync(runner.Request("cc-glm", 0, TimeSpan.FromSeconds(1)), Token);

        Assert.Equal((true, FailureCategory.Model, FailureReasons.Timeout), (outcome.TimedOut, outcome.Failure!.Category, outcome.Failure.Reason));
        AssertKnownUpTo(TimeSpan.FromSeconds(1), outcome);
        Assert.Contains("stop run-r1-cc-glm-0", runner.Calls);
        await runner.UntilNoneRunsAsync(Token);
    }

    // It may have put something out; dx-runner does not say when.
    private static void AssertKnownUpTo(TimeSpan least, AttemptOutcome outcome)
    {
        var attempt = RecordBuilder.AttemptOf(outcome, new AttemptFrame { Attempt = 0, StartedAt = DateTimeOffset.UnixEpoch, CompletedAt = DateTimeOffset.UnixEpoch });

        Assert.True(attempt.CompletionLatencyMs >= least.TotalMilliseconds, $"{attempt.CompletionLatencyMs} ms");
        Assert.Equal((outcome.TimedOut || outcome.Stalled, (double?)null, (double?)null), (attempt.Censored, attempt.FirstOutputLatencyMs, attempt.StartupLatencyMs));
        Assert.Equal(attempt.Censored ? ["completion_latency_ms"] : [], attempt.AtLeast);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_cancelled_job_is_stopped()
    {
        using var runner = new FakeDxRunner();
        runner.Behave("default", "sleep=600");
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var running = runner.Lane.RunAsync(runner.Request("cc-glm", 0), cancel.Token);
        while (!runner.Calls.Any(call => call.StartsWith("check", StringComparison.Ordinal)))
        {
            await Task.Delay(20, Token);
        }

        await cancel.CancelAsync();
        var outcome = await running;

        Assert.Equal((true, null), (outcome.Cancelled, outcome.Failure));
        Assert.Contains("stop run-r1-cc-glm-0", runner.Calls);
        await runner.UntilNoneRunsAsync(Token);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task What_the_runner_prints_is_redacted_before_it_is_kept()
    {
        using var runner = new FakeDxRunner();
        runner.Behave("default", $"answer=the key is {Secret}");
        var request = runner.Request("cc-glm", 0);

        var outcome = await runner.Lane.RunAsync(request, Token);

        Assert.All([outcome.Answer, await File.ReadAllTextAsync(request.StdoutLogPath, Token), await File.ReadAllTextAsync(request.EventsLogPath, Token)], text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
        Assert.Contains("the key is", outcome.Answer, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_program_that_is_not_there_is_named()
    {
        var refused = await DxRunnerPreflight.CheckAsync(new DxRunnerCli("/no/such/dx-runner", new Dictionary<string, string>(), TimeProvider.System), ["opencode", "opencode"], Token);

        Assert.Contains("'opencode' is not ready", Assert.Single(refused).Value.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("OK\n", "OK")]
    [InlineData("[cc-glm-headless] LAUNCH_OK ts=1\nOK\n", "OK")]
    [InlineData("{\"type\":\"text\",\"part\":{\"text\":\"O\"}}\n{\"type\":\"text\",\"part\":{\"text\":\"K\"}}\n", "OK")]
    [InlineData("{\"type\":\"step_finish\",\"part\":{\"reason\":\"stop\"}}\n", "")]
    [InlineData("Loaded credentials.\n{\n \"response\": \"OK\"\n}\n", "OK")]
    [InlineData("", "")]
    public void The_answer_is_what_the_assistant_said_in_each_providers_log(string log, string answer) => Assert.Equal(answer, DxRunnerAnswer.Of(log, out _));
}
