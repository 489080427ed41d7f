using System.Runtime.Versioning;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures.Tests.Kills;

/// <summary>Each process of a run, hit by each signal at each moment: no record is lost that was there, no process stays, nobody says it passed.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class KillMatrixTests
{
    private const int LimitMs = 180_000;

    public KillMatrixTests() => Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");

    public static MatrixTheoryData<KillTarget, int> Hits { get; } = new(
        [KillTarget.DotnetTest, KillTarget.TestHost, KillTarget.Executable], [UserProcess.SigInt, LibC.SigTerm, LibC.SigKill]);

    [Theory(Timeout = LimitMs)]
    [MemberData(nameof(Hits))]
    public async Task At_the_start(KillTarget target, int signal)
    {
        using var lab = new KillLab();
        lab.StartDotnetTest("slow_1", "slow_2");

        int? found = null;
        await lab.UntilAsync(() => (found = lab.Find(target)) is not null, "it was found");
        KillLab.Signal(found!.Value, signal);

        await AssertEndedAsync(lab, planned: 2, finished: []);
    }

    [Theory(Timeout = LimitMs)]
    [MemberData(nameof(Hits))]
    public async Task In_mid_run(KillTarget target, int signal)
    {
        using var lab = new KillLab();
        lab.StartDotnetTest("quick_1", "slow_2", "slow_3", "slow_4");

        await lab.UntilAsync(() => lab.Jobs(JournalEvents.JobFinished).Count == 1 && lab.Jobs(JournalEvents.JobStarted).Count == 3, "the jobs were in flight");
        KillLab.Signal(lab.Find(target)!.Value, signal);

        await AssertEndedAsync(lab, planned: 4, finished: ["cc_glm_headless__quick_1"]);
        Assert.True(lab.Run is not null);
    }

    [Theory(Timeout = LimitMs)]
    [MemberData(nameof(Hits))]
    public async Task At_the_end(KillTarget target, int signal)
    {
        using var lab = new KillLab();
        lab.StartDotnetTest("quick_1", "quick_2");

        await lab.UntilAsync(() => lab.Jobs(JournalEvents.JobFinished).Count == 2, "all jobs had their record");
        if (lab.Find(target) is { } pid)
        {
            KillLab.Signal(pid, signal, mayBeGone: true);
        }

        await AssertEndedAsync(lab, planned: 2, finished: ["cc_glm_headless__quick_1", "cc_glm_headless__quick_2"]);
    }

    private static async Task AssertEndedAsync(KillLab lab, int planned, string[] finished)
    {
        var code = await lab.EndAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"exit {code}\n{lab.Output}");

        await lab.UntilAsync(() => lab.Left() == 0, "no process was left", mayEnd: true);
        if (lab.Run is not { } run)
        {
            Assert.NotEqual(0, code);
            return;
        }

        var summary = SummaryJson.Deserialize(File.ReadAllBytes(run.SummaryJson));
        Assert.All(finished, job => Assert.Contains($"\"job_id\": \"{job}\"", File.ReadAllText(run.JobRecord(job)), StringComparison.Ordinal));
        Assert.Equal(planned, summary.RecordCount + summary.LostJobs.Count);
        if (code == 0 || summary.Status == RunStatuses.Completed)
        {
            Assert.Equal((RunStatuses.Completed, planned), (summary.Status, summary.RecordCount));
        }
        else
        {
            Assert.Contains(summary.Status, (string[])[RunStatuses.Cancelled, RunStatuses.Crashed]);
        }
    }
}
