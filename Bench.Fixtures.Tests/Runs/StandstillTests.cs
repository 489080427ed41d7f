using Bench.Fixtures.Records;
using Bench.Fixtures.Tests.Dispatches;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>Bench or the whole machine stands still while attempts are in flight.</summary>
public sealed class StandstillTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1.0, 0)]
    [InlineData(5.9, 5.9, 0)]
    [InlineData(42, 42.0, 42)]

    // A machine that slept: its clock stood still as well, its uptime did not.
    [InlineData(1, 3600.0, 3600)]
    [InlineData(42, null, 42)]
    public void A_beat_that_comes_late_tells_how_late(double byClock, double? byUptime, double expected)
    {
        var clock = new HandMovedClock();
        TimeSpan? uptime = byUptime is null ? null : TimeSpan.Zero;
        var told = TimeSpan.Zero;
        using var watch = new StandstillWatch(clock, () => uptime, time => told += time);
        watch.Begin();

        clock.Advance(TimeSpan.FromSeconds(byClock));
        uptime = byUptime is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        watch.Beat();
        watch.Beat();

        Assert.Equal(TimeSpan.FromSeconds(expected), told);
    }

    [Fact]
    public void Nobody_is_told_before_the_watch_has_begun()
    {
        var clock = new HandMovedClock();
        using var watch = new StandstillWatch(clock, () => null, _ => Assert.Fail("It does not watch."));

        clock.Advance(TimeSpan.FromHours(1));
        watch.Beat();
        watch.Begin();
        watch.Beat();
    }

    [Fact]
    public void Only_attempts_in_flight_meanwhile_know_of_it()
    {
        var all = new AttemptsInFlight();
        using var meanwhile = all.Begin();
        var before = all.Begin();
        before.Dispose();

        all.NoteStandstill(TimeSpan.FromSeconds(7));
        using var after = all.Begin();
        all.NoteStandstill(TimeSpan.FromSeconds(8));

        Assert.Equal((15.0, 0.0, 8.0), (meanwhile.StoodStill.TotalSeconds, before.StoodStill.TotalSeconds, after.StoodStill.TotalSeconds));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_attempt_that_passed_meanwhile_says_so_and_has_no_latency()
    {
        using var lab = new RunLab { Settings = { ["Workflows"] = "cc_glm_headless", ["Timeout"] = "50s", ["StallThreshold"] = "50s" } };
        lab.Settings["PromptsFile"] = lab.Write("prompts.json", """{ "version": 1, "name": "n", "prompts": [ { "id": "one_1", "category": "c", "title": "t", "prompt": "Say PONG." } ] }""");
        lab.Write("scripted/one_1.json", """{ "schema_version": 1, "prompt_id": "one_1", "turns": [ { "text": "PONG" } ] }""");
        AgentScript.UseAsPlainScript(lab, $"touch '{lab.At("up")}'; until test -e '{lab.At("released")}'; do sleep 0.02; done", "line", "PONG");
        var inputs = lab.Inputs();
        var clock = new SkippingClock();
        await using var run = await BenchRun.OpenAsync(inputs, [inputs.Plan.Jobs[0].JobId], clock, Token);

        run.Start();
        while (!File.Exists(lab.At("up")))
        {
            await Task.Delay(5, Token);
        }

        clock.Skip(TimeSpan.FromMinutes(10));
        lab.Write("released", "");
        var record = await run.ResultAsync(inputs.Plan.Jobs[0].JobId);
        await run.CloseAsync();

        Assert.Equal(JobStatuses.Passed, record.Status);
        Assert.Equal((null, null, null), (record.CompletionLatencyMs, record.TimeToResultMs, record.FirstAttemptCompletionLatencyMs));
        Assert.StartsWith("Bench, or the whole machine, stood still for 60", Assert.Single(record.Incidents, i => i.Code == AttemptOutcome.StoodStillIncident).Detail, StringComparison.Ordinal);
        Assert.Contains("stood still for 60", File.ReadAllText(new RunFolder(run.Folder).Journal), StringComparison.Ordinal);
    }
}
