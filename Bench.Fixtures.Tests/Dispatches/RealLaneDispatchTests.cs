using System.Runtime.Versioning;
using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Dispatches;

/// <summary>Jobs on the real command lines, whose providers fail on purpose.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RealLaneDispatchTests : IDisposable
{
    private readonly DispatchLab lab = new();

    public void Dispose() => lab.Dispose();

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("cc-glm", "status_404", DispatchReasons.ModelUnavailable, FailureReasons.ModelUnavailable, 25)]
    [InlineData("opencode", "status_404", DispatchReasons.OpenCodeModelUnavailable, FailureReasons.ModelUnavailable, 25)]
    [InlineData("gemini", "status_429", DispatchReasons.GeminiCapacityExhausted, FailureReasons.QuotaOrRateLimit, 173)]
    public async Task A_provider_that_refuses_gives_its_reason_and_exit_code(string provider, string fault, string reason, string recorded, int exitCode)
    {
        UseRealAgents();
        lab.Settings["Gateway:FaultPlan"] = lab.Runs.Write("faults.json", $$"""{ "schema_version": 1, "rules": [ { "fault": "{{fault}}" } ] }""");

        Assert.Equal(0, await lab.StartOnAsync(provider, "bd-1"));
        var outcome = await lab.EndAsync("bd-1");

        Assert.Equal((DispatchOutcomeStates.Failed, reason, exitCode), (outcome.State, outcome.ReasonCode, outcome.ExitCode));
        Assert.Equal((recorded, null), (lab.Record("bd-1").FailureReason, lab.Record("bd-1").FallbackFrom));
        Assert.Equal(DispatchProviders.WorkflowOf(provider)!.Id, lab.Record("bd-1").WorkflowId);
        Assert.Single(Directory.GetFiles(lab.Instance("bd-1").Run.Raw, "*.json"));
        Assert.Equal(DispatchExitCodes.EndedBadly, await lab.RunAsync("check", "--beads", "bd-1"));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_job_on_Gemini_is_done_and_leaves_nothing()
    {
        UseRealAgents();

        Assert.Equal(0, await lab.StartOnAsync("gemini", "bd-1"));
        var outcome = await lab.EndAsync("bd-1");

        Assert.Equal((DispatchOutcomeStates.Success, 0, "gemini-3-flash-preview"), (outcome.State, outcome.ExitCode, outcome.SelectedModel));
        Assert.True(outcome.CpuTimeSec > 0);
        Assert.Equal("READY", lab.Record("bd-1").Attempts[0].Answer);
        Assert.Equal((0, 0), (lab.ProcessesOf("bd-1"), lab.Workers()));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_preflight_of_a_provider_looks_at_its_lane_alone()
    {
        Assert.Equal(0, await lab.RunAsync("preflight", "--provider", "gemini"));
        Assert.Contains("1 of 1 lanes ready", lab.Output, StringComparison.Ordinal);
        Assert.Contains(WorkflowCatalog.GeminiRunHeadless, lab.Output, StringComparison.Ordinal);

        lab.Settings["Agents:Gemini"] = lab.Runs.At("no", "gemini");
        Assert.Equal(1, await lab.RunAsync("preflight", "--provider", "gemini"));
        Assert.Equal(64, await lab.RunAsync("preflight", "--provider", "claude"));
    }

    // The lab's agent of cc-glm is a script.
    private void UseRealAgents()
    {
        lab.Settings.Remove("CcGlm:HeadlessScript");
        lab.Settings.Remove("Agents:Claude");
    }
}
