using Bench.Fixtures.Agents.ClaudeCode;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Tests.Gateway;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures.Tests.Workflows;

/// <summary>A script with the contract of <c>cc-glm-headless.sh</c>, around the real Claude Code.</summary>
public sealed class CcGlmScriptLaneTests
{
    private const string Script = """
        #!/bin/bash
        set -eu
        [ "$1" = --prompt-file ]
        echo "[cc-glm-headless] LAUNCH_OK ts=now model=$CC_GLM_MODEL auth_source=env pid=$$" >&2
        export ANTHROPIC_AUTH_TOKEN="$CC_GLM_AUTH_TOKEN" ANTHROPIC_BASE_URL="$CC_GLM_BASE_URL" API_TIMEOUT_MS="$CC_GLM_TIMEOUT_MS"
        exec claude --dangerously-skip-permissions --model "$CC_GLM_MODEL" -p "$(cat "$2")" --output-format text < /dev/null
        """;

    private static readonly WorkflowDescription Workflow = WorkflowCatalog.Find(WorkflowCatalog.CcGlmHeadless)!;

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_scripts_text_is_the_answer_and_its_launch_line_is_not_the_first_output()
    {
        await using var bed = await LaneBed.StartAsync(Workflow, "glm-5", GatewayBed.Script("PONG\n日本語"));

        var outcome = await bed.RunAsync(Workflow, Agent(bed, Script), RealAgents.Claude());

        Assert.True(outcome.Success, $"{outcome.Failure} {string.Join('\n', outcome.StderrTail)}");
        Assert.Equal("PONG\n日本語", outcome.Answer);
        Assert.Equal("glm-5", outcome.ModelSelected);
        Assert.Contains("LAUNCH_OK", bed.StderrLog, StringComparison.Ordinal);
        Assert.True(outcome.Timeline.ModelFirstToken < outcome.Timeline.FirstOutput);
        Assert.Equal(outcome.Timeline.Exited, outcome.Timeline.Completed);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_script_without_a_token_is_an_authentication_failure()
    {
        await using var bed = await LaneBed.StartAsync(Workflow, "glm-5");

        var outcome = await bed.RunAsync(Workflow, Agent(bed, "#!/bin/sh\necho 'no usable token'; exit 10\n"), FakeAgent.Binary);

        Assert.Equal((FailureCategory.Env, FailureReasons.AuthError), (outcome.Failure!.Category, outcome.Failure.Reason));
        Assert.Equal("", outcome.Answer);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("exit 127", FailureReasons.CliMissing, "exit.not_found")]
    [InlineData("exit 126", FailureReasons.PermissionDenied, "exit.not_executable")]
    [InlineData("echo 'Invalid API key · Please run /login'; exit 1", FailureReasons.AuthError, "stdout.unasked_auth")]
    [InlineData("echo '[cc-glm] 403 Forbidden' >&2; exit 1", FailureReasons.AuthError, "stderr.unasked_auth")]
    [InlineData("echo 'curl: (7) Failed to connect' >&2; exit 7", FailureReasons.ConnectionFailed, "stderr.unasked_connection")]
    [InlineData("no-such-claude -p", FailureReasons.CliMissing, "exit.not_found")]
    public async Task A_script_that_ends_before_it_asks_the_model_is_the_environments_failure_and_not_tried_again(string command, string reason, string rule)
    {
        await using var bed = await LaneBed.StartAsync(Workflow, "glm-5");

        var outcome = await bed.RunAsync(Workflow, Agent(bed, $"#!/bin/sh\n{command}\n"), FakeAgent.Binary);

        Assert.Equal((FailureCategory.Env, reason, rule), (outcome.Failure!.Category, outcome.Failure.Reason, outcome.Failure.RuleId));
        Assert.Equal(reason == FailureReasons.ConnectionFailed, outcome.Failure.IsRetryable(outcome.ProducedOutput));
        Assert.False(outcome.Completed);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_script_that_ends_badly_without_a_word_is_the_models_failure()
    {
        await using var bed = await LaneBed.StartAsync(Workflow, "glm-5");

        var outcome = await bed.RunAsync(Workflow, Agent(bed, "#!/bin/sh\necho 'The author is unauthorized to speak'; exit 3\n"), FakeAgent.Binary);

        Assert.Equal((FailureReasons.RuntimeNonzero, "exit.nonzero", ""), (outcome.Failure!.Reason, outcome.Failure.RuleId, outcome.Answer));
    }

    private static CcGlmScriptAgent Agent(LaneBed bed, string script) => new(TestFolder.WriteProgram(bed.PathOf("cc-glm-headless.sh"), script));
}
