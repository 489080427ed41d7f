using Bench.Fixtures.Failures;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Workflows;
using static Bench.Fixtures.Tests.Workflows.FakeOpenCode;

namespace Bench.Fixtures.Tests.Workflows;

/// <summary>What the server lanes do when events, streams and clients get lost. No model is asked here, so that no outcome is a success.</summary>
public sealed class OpenCodeLossTests
{
    private const string Http = WorkflowCatalog.OpenCodeServerHttp;
    private const string Attach = WorkflowCatalog.OpenCodeServerAttachRun;

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_session_whose_end_no_event_tells_is_asked_for_it()
    {
        var outcome = await RunAsync(Http, With(onPrompt: [AssistantStarts, Delta]));

        Assert.Equal("the answer", outcome.Answer);
        Assert.NotNull(outcome.Timeline.FirstOutput);
        Assert.NotNull(outcome.Timeline.Completed);
        Assert.Contains(outcome.Incidents, i => i.Code == "terminal_event_missed");
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_session_that_ends_while_the_event_stream_is_broken_is_asked_for_its_end()
    {
        var outcome = await RunAsync(Http, With(onPrompt: [AssistantStarts, null]), quietSeconds: 600);

        Assert.Equal("the answer", outcome.Answer);
        Assert.Contains(outcome.Incidents, i => i.Code == "event_stream_lost");
        Assert.Contains(outcome.Incidents, i => i.Code == "terminal_event_missed");
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_error_that_no_idle_follows_ends_the_attempt()
    {
        var error = Event("session.error", ",\"error\":{\"name\":\"UnknownError\",\"data\":{\"message\":\"agent not found\"}}");

        var outcome = await RunAsync(Http, With(onPrompt: [error], hasMessages: false), quietSeconds: 600);

        Assert.Equal((FailureCategory.Model, FailureReasons.ErrorEvent), (outcome.Failure?.Category, outcome.Failure?.Reason));
        Assert.Contains("agent not found", outcome.Failure!.Evidence, StringComparison.Ordinal);
        Assert.False(outcome.TimedOut || outcome.Stalled);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_session_that_works_on_after_its_client_has_gone_is_waited_for_and_the_loss_is_told()
    {
        var outcome = await RunAsync(Attach, With(onFirstStatus: [AssistantStarts, Delta, Event("session.idle")]), quietSeconds: 600);

        Assert.Equal("the answer", outcome.Answer);
        Assert.Equal(0, outcome.ExitCode);
        var lost = Assert.Single(outcome.Incidents, i => i.Code == "attach_output_lost");
        Assert.Contains("1 of 1 step_start, 1 of 1 text, 1 of 1 step_finish", lost.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(outcome.Incidents, i => i.Code == "terminal_event_missed");
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_client_that_hands_nothing_over_ends_the_attempt_with_what_it_said()
    {
        var outcome = await RunAsync(Attach, With(hasMessages: false, client: "echo 'Error: Session not found' >&2; exit 1"), quietSeconds: 600);

        Assert.False(outcome.Completed);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("Session not found", outcome.Failure?.Evidence, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_client_that_stays_after_its_session_has_ended_is_stopped()
    {
        var outcome = await RunAsync(Attach, With(onFirstStatus: null, client: "exec sleep 600"), quietSeconds: 1);

        Assert.Equal("the answer", outcome.Answer);
        Assert.Equal(15, outcome.Signal);
        Assert.Contains(outcome.Incidents, i => i.Code == "client_hung");
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_busy_server_that_gives_the_messages_late_is_waited_for()
    {
        // Longer than a message may take to be finished once it was read.
        var fake = new FakeOpenCode { OnPrompt = [AssistantStarts, Delta, Event("session.idle")], MessagesTake = TimeSpan.FromSeconds(11) };

        var outcome = await RunAsync(Http, fake, quietSeconds: 600);

        Assert.Equal("the answer", outcome.Answer);
        Assert.NotNull(outcome.Timeline.Completed);
    }

    private static async Task<AttemptOutcome> RunAsync(string lane, FakeOpenCode fake, double quietSeconds = 3)
    {
        await using var server = await StartAsync(fake);
        var bed = new OpenCodeBed(server, TimeSpan.FromSeconds(quietSeconds));
        await bed.InitializeAsync();
        try
        {
            var prompt = new Prompt { Id = "lossy", Category = "test", Title = "t", Text = "the prompt" };
            return await bed.MisbehavingLane(lane).RunAsync(bed.Request(lane, prompt, timeoutSeconds: 40), TestContext.Current.CancellationToken);
        }
        finally
        {
            await bed.DisposeAsync();
            Assert.Equal(0, bed.Alive);
        }
    }
}
