using System.Runtime.Versioning;
using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;
using Bench.Fixtures.Tests.Gates;
using Bench.Fixtures.Tests.Processes;

namespace Bench.Fixtures.Tests.Dispatches;

/// <summary>Processes that die at the wrong moment.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class WorkerLossTests : IDisposable
{
    private readonly DispatchLab lab = new();

    public void Dispose() => lab.Dispose();

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_worker_that_is_terminated_closes_its_job_as_killed()
    {
        lab.UseWaitingAgent();
        await lab.StartAsync("bd-1");
        await lab.AgentAsync();

        lab.Entry("bd-1").Job.Worker!.RequestEnd();
        var outcome = await lab.EndAsync("bd-1");

        Assert.Equal((DispatchOutcomeStates.Killed, DispatchReasons.Killed, 137), (outcome.State, outcome.ReasonCode, outcome.ExitCode));
        Assert.Equal(JobStatuses.Cancelled, lab.Record("bd-1").Status);
        Assert.Equal(0, lab.ProcessesOf("bd-1"));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_record_that_a_killed_worker_had_written_counts()
    {
        await lab.StartAsync("bd-1");
        await lab.EndAsync("bd-1");
        File.Delete(lab.Instance("bd-1").Outcome);

        var check = await lab.JsonAsync(0, "check", "--beads", "bd-1");

        Assert.Equal((DispatchStates.ExitedOk, "glm-5"), (check.GetProperty("state").GetString(), check.GetProperty("selected_model").GetString()));
        Assert.Equal((DispatchOutcomeStates.Success, 0), (lab.Entry("bd-1").Outcome!.State, lab.Entry("bd-1").Outcome!.ExitCode));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_worker_whose_starter_died_before_it_could_note_it_takes_the_job_itself()
    {
        await GivenJobWithoutWorkerAsync();

        Assert.Equal(0, await WorkAsync());

        Assert.Equal(DispatchOutcomeStates.Success, lab.Entry("bd-1").Outcome!.State);
        Assert.NotNull(lab.Entry("bd-1").Job.Pid);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_worker_that_comes_after_its_job_was_closed_runs_nothing()
    {
        await GivenJobWithoutWorkerAsync();
        Assert.Equal(DispatchExitCodes.EndedBadly, await lab.RunAsync("check", "--beads", "bd-1"));

        Assert.Equal(1, await WorkAsync());

        Assert.Equal(DispatchReasons.ProcessExitedWithoutOutcome, lab.Entry("bd-1").Outcome!.ReasonCode);
        Assert.False(Directory.Exists(lab.Instance("bd-1").Run.Root));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_job_whose_work_tree_or_script_is_gone_when_it_starts_says_so()
    {
        lab.Settings["Dispatch:Limits"] = "cc-glm=1";
        lab.UseWaitingAgent();
        await lab.StartAsync("bd-1");
        using var git = await new GitLab().InitAsync();
        await lab.StartAsync("bd-2", "--queue", "--worktree", git.Main);
        await lab.StartAsync("bd-3", "--queue");
        Directory.Delete(git.Main, recursive: true);
        File.Delete(lab.Runs.At("scripted", "task.json"));

        await lab.RunAsync("stop", "--beads", "bd-1");
        await lab.RunAsync("status");
        var (tree, script) = (await lab.EndAsync("bd-2"), await lab.EndAsync("bd-3"));

        Assert.Equal((DispatchOutcomeStates.Failed, DispatchReasons.WorktreeMissing, "env"), (tree.State, tree.ReasonCode, tree.FailureCategory));
        Assert.Equal((DispatchOutcomeStates.Failed, "start_failed", 1), (script.State, script.ReasonCode, script.ExitCode));
        Assert.Contains("task.json", script.Details, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_worker_that_cannot_read_its_settings_says_so_and_starts_nobody_by_limits_that_it_does_not_know()
    {
        lab.Settings["Dispatch:Limits"] = "cc-glm=1";
        lab.UseWaitingAgent();
        await lab.StartAsync("bd-1");
        await lab.StartAsync("bd-2", "--queue");
        await lab.StartAsync("bd-3", "--queue");
        await lab.AgentAsync();
        Directory.Move(lab.Runs.At("scripted"), lab.Runs.At("elsewhere"));
        lab.Release();

        var outcome = await lab.EndAsync("bd-2");

        Assert.Equal((DispatchOutcomeStates.Failed, "start_failed"), (outcome.State, outcome.ReasonCode));
        Assert.Contains("Gateway:ScriptedDir", outcome.Details, StringComparison.Ordinal);
        Assert.True(lab.Entry("bd-3").IsQueued);
        Directory.Move(lab.Runs.At("elsewhere"), lab.Runs.At("scripted"));
        await lab.RunAsync("status");
        Assert.Equal(DispatchOutcomeStates.Success, (await lab.EndAsync("bd-3")).State);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Dispatch_work_on_another_folder_is_a_usage_error()
    {
        Assert.Equal(64, await WorkAsync(lab.Runs.At("project")));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_prompt_that_no_worker_has_read_is_redacted_when_its_job_ends(bool isStopped)
    {
        const string Secret = "abcdefgh12345678";
        File.AppendAllText(lab.Prompt, Secret);
        if (isStopped)
        {
            lab.Settings["Dispatch:Limits"] = "cc-glm=1";
            lab.UseWaitingAgent();
            await lab.StartAsync("holder");
            await lab.StartAsync("bd-1", "--queue");
        }
        else
        {
            await GivenJobWithoutWorkerAsync();
        }

        // Whoever dispatched it did not know it for a secret.
        Assert.Contains(Secret, File.ReadAllText(lab.Instance("bd-1").Prompt), StringComparison.Ordinal);
        lab.Environment["MY_API_KEY"] = Secret;
        await lab.RunAsync(isStopped ? "stop" : "check", "--beads", "bd-1");

        Assert.NotNull(lab.Entry("bd-1").Outcome);
        Assert.Equal("Return exactly: READY\n[REDACTED:known-secret]", File.ReadAllText(lab.Instance("bd-1").Prompt));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_job_of_another_machine_holds_its_slot_until_it_has_been_silent_for_minutes()
    {
        lab.Settings["Dispatch:Limits"] = "cc-glm=1";
        var clock = lab.UseClock();

        // A clock that is hours behind, or ahead, says nothing about the worker.
        foreach (var skew in new[] { -7, 7, 0 })
        {
            GivenJobElsewhere(beat: TimeProvider.System.GetUtcNow().AddHours(skew));
            Assert.Equal(DispatchExitCodes.CapExceeded, await lab.StartAsync("bd-2"));
            clock.Skip(DispatchEntry.SilenceLimit - TimeSpan.FromMinutes(1));
            Assert.Equal(DispatchExitCodes.CapExceeded, await lab.StartAsync("bd-2"));
        }

        clock.Skip(TimeSpan.FromMinutes(1));
        Assert.Equal(0, await lab.StartAsync("bd-2"));

        var outcome = lab.Entry("bd-1").Outcome!;
        Assert.Equal((DispatchReasons.ProcessExitedWithoutOutcome, "another-machine"), (outcome.ReasonCode, outcome.Host));
        Assert.Equal(DispatchOutcomeStates.Success, (await lab.EndAsync("bd-2")).State);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_job_that_was_queued_on_another_machine_is_that_ones_who_starts_it()
    {
        lab.Settings["Dispatch:Limits"] = "cc-glm=1";
        lab.UseWaitingAgent();
        await lab.StartAsync("holder");
        await lab.StartAsync("bd-1", "--queue");
        lab.Change("bd-1", job => job["host"] = "another-machine");

        lab.Release();
        var outcome = await lab.EndAsync("bd-1");

        Assert.Equal((Environment.MachineName, Environment.MachineName), (outcome.Host, lab.Entry("bd-1").Job.Host));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_run_that_somebody_else_writes_is_not_closed_with_its_job()
    {
        await lab.StartAsync("bd-1");
        await lab.EndAsync("bd-1");
        File.Delete(lab.Instance("bd-1").Outcome);
        var manifest = File.GetLastWriteTimeUtc(lab.Instance("bd-1").Run.SummaryJson);

        using (RunOwnership.Take(lab.Instance("bd-1").Run))
        {
            var check = await lab.JsonAsync(DispatchExitCodes.EndedBadly, "check", "--beads", "bd-1");
            var report = await lab.JsonAsync(0, "report", "--beads", "bd-1");
            foreach (var told in new[] { check, report })
            {
                Assert.Equal(DispatchReasons.ProcessExitedWithoutOutcome, told.GetProperty("reason_code").GetString());
                Assert.Equal("harness", told.GetProperty("failure_category").GetString());
                Assert.StartsWith("The worker was killed", told.GetProperty("details").GetString(), StringComparison.Ordinal);
            }

            Assert.Null(lab.Entry("bd-1").Outcome);
            Assert.Equal(manifest, File.GetLastWriteTimeUtc(lab.Instance("bd-1").Run.SummaryJson));
        }

        await lab.RunAsync("check", "--beads", "bd-1");
        Assert.Equal(DispatchOutcomeStates.Success, lab.Entry("bd-1").Outcome!.State);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_run_that_is_let_go_of_in_a_moment_is_closed_by_the_command_that_asked()
    {
        await lab.StartAsync("bd-1");
        await lab.EndAsync("bd-1");
        File.Delete(lab.Instance("bd-1").Outcome);
        Task<int> check;
        using (RunOwnership.Take(lab.Instance("bd-1").Run))
        {
            check = Task.Run(() => lab.RunAsync("check", "--beads", "bd-1"), TestContext.Current.CancellationToken);
            await DispatchLab.UntilAsync(() => File.Exists(lab.Instance("bd-1").Closing));
        }

        var exitCode = await check;

        Assert.Equal((0, DispatchOutcomeStates.Success), (exitCode, lab.Entry("bd-1").Outcome?.State));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_dead_job_that_takes_long_to_close_holds_nobody_up()
    {
        lab.Settings["Dispatch:Limits"] = "cc-glm=2";
        await lab.StartAsync("bd-1");
        await lab.EndAsync("bd-1");
        File.Delete(lab.Instance("bd-1").Outcome);
        var prompt = lab.Instance("bd-1").Prompt;
        File.Delete(prompt);
        Assert.Equal(0, (await Commands.RunAsync(Commands.Shell($"mkfifo '{prompt}'"), CancellationToken.None)).Exit.ExitCode);

        // Reading the prompt waits for somebody who writes it.
        var closing = Task.Run(() => lab.StatusBesideAsync(), TestContext.Current.CancellationToken);
        while (!File.Exists(lab.Instance("bd-1").Closing))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, await lab.StartAsync("bd-2"));
        Assert.Equal(DispatchOutcomeStates.Success, (await lab.EndAsync("bd-2")).State);
        Assert.False(closing.IsCompleted);
        await Commands.RunAsync(Commands.Shell($"echo READY > '{prompt}'"), CancellationToken.None);
        await closing;
        Assert.Equal(DispatchOutcomeStates.Success, lab.Entry("bd-1").Outcome!.State);
    }

    private void GivenJobElsewhere(DateTimeOffset beat)
    {
        var started = beat.AddHours(-1);
        var instance = lab.Instance("bd-1");
        Directory.CreateDirectory(instance.Root);
        DispatchJson.Write(instance.Job, SampleJob.Of("bd-1") with { Host = "another-machine", StartedAt = started, Pid = 1, PidStartTicks = 1 });
        DispatchJson.Write(instance.Heartbeat, new DispatchHeartbeat { At = beat, Phase = DispatchHeartbeat.Running });
    }

    // As a start leaves it that was killed right after it wrote the job.
    private async Task GivenJobWithoutWorkerAsync()
    {
        lab.Settings["Dispatch:Limits"] = "cc-glm=1";
        lab.UseWaitingAgent();
        await lab.StartAsync("holder");
        await lab.StartAsync("bd-1", "--queue");
        lab.Change("bd-1", job => (job["ticket"], job["started_at"]) = (null, "2026-03-04T05:06:07.000Z"));
        lab.Release();
        await lab.EndAsync("holder");
        if (File.Exists(lab.Instance("bd-1").Outcome))
        {
            // The worker of the other job has closed it, as it should.
            File.Delete(lab.Instance("bd-1").Outcome);
        }
    }

    private async Task<int> WorkAsync(string? folder = null)
    {
        string[] arguments = [TestFolder.Tool, "dispatch", "work", folder ?? lab.Instance("bd-1").Root];
        using var worker = new UserProcess(lab.Runs.At(), "dotnet", arguments, lab.Environment.Select(variable => (variable.Key, variable.Value)));
        var exitCode = await worker.EndAsync();
        Assert.True(exitCode < 128, $"The worker ended with {exitCode}: {worker.Output}");
        return exitCode;
    }
}
