using Bench.Fixtures.Failures;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Processes.Metering;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Tests.Agents.ClaudeCode;
using Bench.Fixtures.Tests.Gateway;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures.Tests.Workflows;

public sealed class HeadlessLaneTests
{
    private static readonly WorkflowDescription Workflow = WorkflowCatalog.Find(WorkflowCatalog.CcGlmHeadless)!;

    // A limit that passes, and that leaves a busy machine the time to start the agent.
    private static readonly TimeSpan StartAndMore = TimeSpan.FromSeconds(10);

    private static readonly string[] GoodLines = ["line", ClaudeLines.Init, "line", ClaudeLines.Assistant("PONG"), "line", ClaudeLines.Result()];

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_good_attempt_has_answer_measures_and_logs_and_leaves_nothing()
    {
        await using var bed = await StartAsync();

        var outcome = await RunAsync(bed, ["error", "a warning", .. GoodLines]);

        Assert.True(outcome.Success, outcome.Failure?.ToString());
        Assert.Equal("PONG", outcome.Answer);
        Assert.Equal(("glm-5", 1, 0), (outcome.ModelSelected, outcome.ModelRequests, outcome.HiddenModelRequests));
        Assert.Equal(["a warning"], outcome.StderrTail);
        Assert.Equal("a warning\n", bed.StderrLog);
        Assert.Equal(outcome.StdoutBytes, bed.StdoutLog.Length);
        TimeSpan?[] inOrder = [outcome.Timeline.Spawned, outcome.Timeline.FirstOutput, outcome.Timeline.LastOutput, outcome.Timeline.Completed, outcome.Timeline.Exited];
        Assert.Equal(inOrder.Order(), inOrder);
        Assert.DoesNotContain(null, inOrder);
        Assert.Empty(Directory.GetDirectories(bed.Workspaces.Root));
        Assert.Equal(0, bed.Alive);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_secret_that_the_agent_prints_reaches_neither_log_nor_outcome()
    {
        await using var bed = await StartAsync();

        var outcome = await RunAsync(bed, ["error", LaneBed.Secret, "line", ClaudeLines.Init, "line", ClaudeLines.Result($"it is {LaneBed.Secret}")]);

        Assert.DoesNotContain(LaneBed.Secret, bed.StdoutLog + bed.StderrLog + outcome.Answer + string.Concat(outcome.StderrTail), StringComparison.Ordinal);
        Assert.StartsWith("it is [REDACTED", outcome.Answer, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_that_works_too_long_is_stopped_and_its_latency_is_censored()
    {
        await using var bed = await StartAsync();
        bed.Request = bed.Request with { Timeout = StartAndMore };

        var outcome = await RunAsync(bed, ["line", ClaudeLines.Init, "line", ClaudeLines.Assistant("half"), "hang"]);

        AssertFailure(outcome, FailureCategory.Model, FailureReasons.Timeout);
        Assert.True(outcome.TimedOut);
        Assert.Equal("half", outcome.Answer);
        Assert.Null(outcome.Timeline.Completed);
        Assert.True(outcome.Timeline.Ended - outcome.Timeline.Submitted >= bed.Request.Timeout);
        Assert.True(outcome.Timeline.Exited >= outcome.Timeline.Ended);
        Assert.Equal(0, bed.Alive);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_that_ignores_the_signal_is_killed()
    {
        await using var bed = await StartAsync();
        bed.Request = bed.Request with { Timeout = StartAndMore };
        bed.Services = bed.Services with { StopGrace = TimeSpan.FromMilliseconds(100) };

        var outcome = await RunAsync(bed, ["ignore-term", "line", ClaudeLines.Init, "hang"]);

        Assert.True(outcome.TimedOut);
        Assert.Equal(9, outcome.Signal);
        Assert.Equal(0, bed.Alive);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_that_falls_silent_is_stalled()
    {
        await using var bed = await StartAsync();
        bed.Request = bed.Request with { StallThreshold = TimeSpan.FromMilliseconds(600) };

        var outcome = await RunAsync(bed, ["line", ClaudeLines.Init, "hang"]);

        AssertFailure(outcome, FailureCategory.Model, FailureReasons.StalledRun);
        Assert.True(outcome.Stalled);
        Assert.False(outcome.TimedOut);
        Assert.Null(outcome.Timeline.Completed);
        Assert.True(outcome.Timeline.Ended - outcome.Timeline.Submitted >= bed.Request.StallThreshold);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_that_works_without_a_word_is_not_stalled()
    {
        Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");
        await using var bed = await StartAsync();
        using var meter = new ProcessMeter();
        bed.Services = bed.Services with { Meter = meter };
        bed.Request = bed.Request with { StallThreshold = TimeSpan.FromSeconds(2) };

        var outcome = await RunAsync(bed, new FakeAgent(["work", "2500", .. GoodLines]) { AsksModel = false });

        Assert.False(outcome.Stalled, outcome.Failure?.ToString());
        Assert.True(outcome.CpuTime >= TimeSpan.FromMilliseconds(2500), $"{outcome.CpuTime}");
        Assert.True(outcome.PeakMemoryBytes > 0);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Work_is_no_sign_of_life_while_the_model_is_awaited()
    {
        Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");
        var script = GatewayBed.Script("word");
        await using var bed = await LaneBed.StartAsync(Workflow, "glm-5", script, o => o with { FirstTokenDelay = TimeSpan.FromHours(1) });
        using var meter = new ProcessMeter();
        bed.Services = bed.Services with { Meter = meter };
        bed.Request = bed.Request with { StallThreshold = TimeSpan.FromSeconds(2) };

        var outcome = await RunAsync(bed, new FakeAgent(["line", ClaudeLines.Init, "work", "3600000"]) { ReadsAnswerFirst = false });

        AssertFailure(outcome, FailureCategory.Model, FailureReasons.StalledRun);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_model_that_still_answers_keeps_a_silent_agent_from_being_stalled()
    {
        // The limit leaves a busy machine the time to start the agent; the model speaks for longer than twice that.
        var script = GatewayBed.Script(string.Join(' ', Enumerable.Repeat("word", 400)));
        await using var bed = await LaneBed.StartAsync(Workflow, "glm-5", script, o => o with { TokensPerSecond = 30 });
        bed.Request = bed.Request with { StallThreshold = TimeSpan.FromSeconds(6) };

        var outcome = await RunAsync(bed, new FakeAgent(["line", ClaudeLines.Init, "sleep", "13000", "line", ClaudeLines.Result()]) { ReadsAnswerFirst = false });

        Assert.False(outcome.Stalled);
        Assert.Equal("PONG", outcome.Answer);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_that_hangs_after_its_answer_has_succeeded()
    {
        await using var bed = await StartAsync();
        bed.Services = bed.Services with { ExitGrace = TimeSpan.FromMilliseconds(300) };

        var outcome = await RunAsync(bed, [.. GoodLines, "hang"]);

        Assert.True(outcome.Success, outcome.Failure?.ToString());
        Assert.Equal(["hung_after_success"], outcome.Incidents.Select(i => i.Code));
        Assert.True(outcome.Timeline.Exited - outcome.Timeline.Completed >= TimeSpan.FromMilliseconds(300));
        Assert.Equal(0, bed.Alive);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_that_hangs_after_an_error_is_stopped_sooner_and_the_error_stays_the_reason()
    {
        await using var bed = await StartAsync();
        bed.Services = bed.Services with { ErrorExitGrace = TimeSpan.FromMilliseconds(100) };

        var outcome = await RunAsync(bed, ["line", ClaudeLines.ApiError("529", ",\"api_error_type\":\"overloaded_error\"", "API Error: Overloaded"), "hang"]);

        AssertFailure(outcome, FailureCategory.Env, FailureReasons.ProviderOverloaded);
        Assert.Equal(["hung_after_error"], outcome.Incidents.Select(i => i.Code));
        Assert.False(outcome.TimedOut);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("exit", "3", 3, null)]
    [InlineData("signal", "9", null, 9)]
    public async Task An_agent_that_dies_before_its_answer_has_failed(string step, string number, int? exitCode, int? signal)
    {
        await using var bed = await StartAsync();

        var outcome = await RunAsync(bed, ["line", ClaudeLines.Init, step, number]);

        AssertFailure(outcome, FailureCategory.Model, FailureReasons.RuntimeNonzero);
        Assert.Equal((exitCode, signal), (outcome.ExitCode, outcome.Signal));
        Assert.Equal(outcome.Timeline.Exited, outcome.Timeline.Completed);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_that_ends_with_0_and_without_a_word_has_failed()
    {
        await using var bed = await StartAsync();

        var outcome = await RunAsync(bed, ["line", ClaudeLines.Init, "exit", "0"]);

        Assert.False(outcome.Completed);
        AssertFailure(outcome, FailureCategory.Model, FailureReasons.MalformedOutput);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_answer_before_which_no_model_was_asked_is_a_failure()
    {
        await using var bed = await StartAsync();

        var outcome = await RunAsync(bed, new FakeAgent(GoodLines) { AsksModel = false });

        Assert.False(outcome.Completed);
        AssertFailure(outcome, FailureCategory.Env, FailureReasons.ProviderNotConfigured);
        Assert.Equal(0, outcome.ModelRequests);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_process_that_the_agent_leaves_behind_is_killed_and_told()
    {
        await using var bed = await StartAsync();

        var outcome = await RunAsync(bed, ["daemon", "600000", .. GoodLines]);

        Assert.True(outcome.Success, outcome.Failure?.ToString());
        Assert.Contains("descendants_killed", outcome.Incidents.Select(i => i.Code));
        Assert.Equal(0, bed.Alive);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_cancelled_attempt_ends_at_once_and_keeps_what_was_said()
    {
        await using var bed = await StartAsync();
        using var cancelled = new CancellationTokenSource();
        var agent = new FakeAgent(["line", ClaudeLines.Assistant("half"), "hang"]);
        var running = bed.RunAsync(Workflow, agent, FakeAgent.Binary, cancelled.Token);
        await agent.FirstLine.WaitAsync(TestContext.Current.CancellationToken);

        await cancelled.CancelAsync();
        var outcome = await running;

        Assert.True(outcome.Cancelled);
        Assert.False(outcome.Success);
        Assert.Equal("half", outcome.Answer);
        Assert.Contains("half", bed.StdoutLog, StringComparison.Ordinal);
        Assert.Equal(0, bed.Alive);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_check_that_fails_makes_a_completed_attempt_fail()
    {
        await using var bed = await StartAsync();
        bed.Request = bed.Request with
        {
            Prompt = bed.Request.Prompt with
            {
                Checks = [new PromptCheck(CheckKind.Contains, "pong"), new PromptCheck(CheckKind.Contains, "PING"), new PromptCheck(CheckKind.Command, "git status --porcelain && test -d .git")],
            },
        };

        var outcome = await RunAsync(bed, GoodLines);

        Assert.True(outcome.Completed);
        AssertFailure(outcome, FailureCategory.Model, FailureReasons.HintMismatch);
        Assert.Equal([true, false, true], outcome.Checks.Select(c => c.Passed));
        Assert.Equal(0.5, outcome.HintMatchRatio);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_missing_agent_is_the_environments_fault_and_no_exception()
    {
        await using var bed = await StartAsync();

        var outcome = await bed.RunAsync(Workflow, new FakeAgent(GoodLines), FakeAgent.Binary with { Path = "/absent/claude" });

        AssertFailure(outcome, FailureCategory.Env, FailureReasons.CliMissing);
        Assert.Null(outcome.Timeline.Spawned);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task What_Bench_itself_throws_is_the_harness_failing_and_no_exception()
    {
        await using var bed = await StartAsync();
        bed.Request = bed.Request with { Prompt = bed.Request.Prompt with { Id = "no_script" } };

        var outcome = await RunAsync(bed, GoodLines);

        AssertFailure(outcome, FailureCategory.Harness, FailureReasons.ExecutorException);
    }

    private static Task<LaneBed> StartAsync() => LaneBed.StartAsync(Workflow, "glm-5");

    private static Task<AttemptOutcome> RunAsync(LaneBed bed, string[] steps) => RunAsync(bed, new FakeAgent(steps));

    private static Task<AttemptOutcome> RunAsync(LaneBed bed, FakeAgent agent) => bed.RunAsync(Workflow, agent, FakeAgent.Binary);

    private static void AssertFailure(AttemptOutcome outcome, FailureCategory category, string reason)
    {
        Assert.NotNull(outcome.Failure);
        Assert.Equal((category, reason), (outcome.Failure.Category, outcome.Failure.Reason));
    }
}
