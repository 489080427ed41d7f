using System.Diagnostics;
using System.Runtime.Versioning;
using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;
using Bench.Fixtures.Tests.Runs;

namespace Bench.Fixtures.Tests.Dispatches;

/// <summary>A job's life apart from that of its caller.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class DetachedJobTests : IDisposable
{
    private readonly DispatchLab lab = new();

    public void Dispose() => lab.Dispose();

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_job_goes_on_when_its_caller_and_the_callers_session_are_gone()
    {
        lab.UseWaitingAgent();

        // The shell is the leader of a session, and kills its whole group as soon as start has returned.
        var words = new[] { "dotnet", TestFolder.Tool, "dispatch", "start", "--beads", "bd-1", "--provider", "cc-glm", "--prompt-file", lab.Prompt };
        var start = new ProcessStartInfo("setsid", ["--wait", "sh", "-c", $"{string.Join(' ', words.Concat(lab.CommonArguments).Select(AgentScript.Quoted))}; trap '' HUP; env kill -HUP -- -$$; env kill -KILL -- -$$"]) { RedirectStandardOutput = true };
        foreach (var (name, value) in lab.Environment)
        {
            start.Environment[name] = value;
        }

        using var shell = Process.Start(start)!;
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(128 + LibC.SigKill, shell.ExitCode);
        await lab.AgentAsync();
        var worker = lab.Entry("bd-1").Job.Worker!;
        _ = LibC.Kill(worker.Pid, 1);
        Assert.True(worker.IsAlive);
        Assert.Null(lab.Entry("bd-1").Outcome);
        Assert.Equal(1, lab.Workers());

        lab.Release();
        var outcome = await lab.EndAsync("bd-1");

        Assert.Equal((DispatchOutcomeStates.Success, 0), (outcome.State, outcome.ExitCode));
        Assert.Equal(JobStatuses.Passed, lab.Record("bd-1").Status);
        Assert.Equal("READY", lab.Record("bd-1").Attempts[0].Answer);
        Assert.Equal((0, 0), (lab.ProcessesOf("bd-1"), lab.Workers()));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_worker_carries_no_marks_of_the_run_that_its_caller_is_part_of()
    {
        lab.UseWaitingAgent();
        foreach (var (name, value) in ProcessMarks.Of(RunMark.New("other"), "job", 0))
        {
            lab.Environment[name] = value;
        }

        Assert.Equal(0, await lab.StartAsync("bd-1"));

        byte[] buffer = [];
        var pid = lab.Entry("bd-1").Job.Pid!.Value;
        Assert.NotNull(ProcTable.VariableOf(pid, "DISPATCH_LAB="u8, ref buffer));
        Assert.Null(ProcTable.VariableOf(pid, "BENCH_RUN_MARK="u8, ref buffer));
        Assert.Null(ProcTable.VariableOf(pid, "BENCH_RUN_ID="u8, ref buffer));
        lab.Release();
        Assert.Equal(DispatchOutcomeStates.Success, (await lab.EndAsync("bd-1")).State);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Stop_leaves_no_process_not_even_one_that_left_its_session()
    {
        lab.UseWaitingAgent("setsid sleep 1000 </dev/null >/dev/null 2>&1 &");
        await lab.StartAsync("bd-1");
        await lab.AgentAsync();
        await DispatchLab.UntilAsync(() => lab.ProcessesOf("bd-1") >= 2);

        var exitCode = await lab.RunAsync("stop", "--beads", "bd-1");

        Assert.Equal((0, "bd-1 on cc-glm: stopped (manual_stop)\n"), (exitCode, lab.Output));
        Assert.Equal((0, 0), (lab.ProcessesOf("bd-1"), lab.Workers()));
        var outcome = lab.Entry("bd-1").Outcome!;
        Assert.Equal((DispatchOutcomeStates.Killed, DispatchReasons.ManualStop, 137), (outcome.State, outcome.ReasonCode, outcome.ExitCode));
        Assert.Equal(JobStatuses.Cancelled, lab.Record("bd-1").Status);
        Assert.False(Directory.Exists(File.ReadAllText(lab.Runs.At("home")).Trim()));
        Assert.Equal(0, await lab.RunAsync("stop", "--beads", "bd-1"));
        Assert.Equal(outcome.CompletedAt, lab.Entry("bd-1").Outcome!.CompletedAt);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Stop_ends_a_worker_that_is_told_while_it_opens_its_run()
    {
        await lab.StartAsync("bd-1");

        await lab.RunAsync("stop", "--beads", "bd-1");

        Assert.Equal(0, lab.Workers());
        Assert.Equal(0, lab.ProcessesOf("bd-1"));
        Assert.NotNull(lab.Entry("bd-1").Outcome);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_killed_worker_is_told_by_check_and_leaves_nothing_running()
    {
        lab.UseWaitingAgent("setsid sleep 1000 </dev/null >/dev/null 2>&1 &");
        await lab.StartAsync("bd-1");
        await lab.AgentAsync();

        lab.Entry("bd-1").Job.Worker!.Kill();
        await lab.Entry("bd-1").Job.Worker!.AwaitEndAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        var check = await lab.JsonAsync(DispatchExitCodes.EndedBadly, "check", "--beads", "bd-1");

        Assert.Equal(DispatchStates.ExitedErr, check.GetProperty("state").GetString());
        Assert.Equal(DispatchReasons.ProcessExitedWithoutOutcome, check.GetProperty("reason_code").GetString());
        Assert.Equal("harness", check.GetProperty("failure_category").GetString());
        Assert.Equal(0, lab.ProcessesOf("bd-1"));
        Assert.Equal(RunStatuses.Crashed, ManifestHeader.Read(lab.Instance("bd-1").Run.Manifest).Status);
        var home = File.ReadAllText(lab.Runs.At("home")).Trim();
        await DispatchLab.UntilAsync(() => !Directory.Exists(Path.GetDirectoryName(home)));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_id_is_started_again_only_when_it_is_over_and_the_earlier_instance_stays()
    {
        lab.UseWaitingAgent();
        await lab.StartAsync("bd-1");

        Assert.Equal(DispatchExitCodes.Failed, await lab.StartOnAsync("gemini", "bd-1"));
        Assert.Contains("A job 'bd-1' is in flight on cc-glm.", lab.Error, StringComparison.Ordinal);
        await lab.RunAsync("stop", "--beads", "bd-1");
        lab.Release();
        Assert.Equal(0, await lab.StartOnAsync("gemini", "bd-1", "--set", "Profile=dry-run"));
        await lab.EndAsync("bd-1", 2);

        Assert.Equal(DispatchReasons.ManualStop, lab.Entry("bd-1").Outcome!.ReasonCode);
        var job = lab.Entry("bd-1", 2).Job;
        Assert.Equal((1, "cc-glm", "gemini", "bd-1-2"), (job.Retries, job.ProviderSwitchFrom, job.Provider, job.RunInstance));
        var report = await lab.JsonAsync(0, "report", "--beads", "bd-1");
        Assert.Equal((1, "bd-1-2"), (report.GetProperty("retries").GetInt32(), report.GetProperty("run_instance").GetString()));
    }
}
