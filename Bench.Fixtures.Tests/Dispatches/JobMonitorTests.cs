using System.Collections.Concurrent;
using System.Runtime.Versioning;
using Bench.Cli;
using Bench.Cli.Dispatch;
using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Tests.Gates;

namespace Bench.Fixtures.Tests.Dispatches;

/// <summary>The limits of a worker that hangs, and of one whose agent changes nothing; the clock jumps, all else is real.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class JobMonitorTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly LeapingClock clock = new();
    private readonly ConcurrentQueue<string> ends = new();

    public void Dispose() => folder.Dispose();

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(DispatchHeartbeat.Opening)]
    [InlineData(DispatchHeartbeat.Closing)]
    public async Task A_worker_that_hangs_before_or_after_its_agent_is_ended_by_the_limit(string phase)
    {
        var entry = Job(null);
        await using var monitor = Monitor(entry, new() { MaxRuntime = TimeSpan.FromHours(1) });
        if (phase == DispatchHeartbeat.Closing)
        {
            monitor.AgentEnded();
        }

        await DispatchLab.UntilAsync(() => BeatOf(entry)?.Phase == phase);
        Assert.Empty(ends);
        clock.Jump(TimeSpan.FromSeconds(3600 + 61));
        await DispatchLab.UntilAsync(() => ends.Contains("MaxRuntime"));
        Assert.DoesNotContain("abandoned", ends);
        clock.Jump(TimeSpan.FromSeconds(60));
        await DispatchLab.UntilAsync(() => ends.Contains("abandoned"));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_work_tree_is_looked_at_again_before_a_job_is_ended_for_changing_nothing()
    {
        using var git = await new GitLab().InitAsync();
        await git.CommitAsync("first");
        var entry = Job(git.Main);
        DispatchJson.Write(entry.Instance.Tree, await WorkTreeState.ReadAsync(git.Cli(), null, null, TestContext.Current.CancellationToken));
        await using var monitor = Monitor(entry, new() { Dir = folder.Path, NoMutation = TimeSpan.FromSeconds(40) });
        monitor.AgentStarts(new("bd-1-1", "1.1"));

        // A look is due every ten seconds: the last before the limit is at 35.
        await BeatsAsync(entry);
        clock.Jump(TimeSpan.FromSeconds(35));
        await BeatsAsync(entry);
        git.Write("main/new", "");
        clock.Jump(TimeSpan.FromSeconds(6));

        await DispatchLab.UntilAsync(() => BeatOf(entry)?.LastMutationAt is not null || !ends.IsEmpty);
        Assert.Empty(ends);
    }

    private static DispatchHeartbeat? BeatOf(DispatchEntry entry) => DispatchJson.TryRead<DispatchHeartbeat>(entry.Instance.Heartbeat);

    // The second began after this was called.
    private static async Task BeatsAsync(DispatchEntry entry)
    {
        for (var beats = 0; beats < 2; beats++)
        {
            var before = BeatOf(entry)?.At;
            await DispatchLab.UntilAsync(() => BeatOf(entry) is { Phase: DispatchHeartbeat.Running } beat && beat.At != before);
        }
    }

    private DispatchEntry Job(string? tree)
    {
        var instance = new DispatchFolder(folder.Path).Instance("bd-1", 1);
        Directory.CreateDirectory(instance.Root);
        return new() { Instance = instance, Job = SampleJob.Of("bd-1") with { Worktree = tree } };
    }

    private JobMonitor Monitor(DispatchEntry entry, DispatchSettings settings)
    {
        var host = new CliHost
        {
            Environment = new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! },
            CurrentFolder = folder.Path,
            Output = TextWriter.Null,
            Error = TextWriter.Null,
            TimeProvider = clock,
        };
        return new(entry, settings, host, why => ends.Enqueue($"{why}"), () => ends.Enqueue("abandoned"));
    }

    // Timers are real; the time stands still between leaps, but for a millisecond that tells one heartbeat from the next.
    private sealed class LeapingClock : TimeProvider
    {
        private long leaps;

        public void Jump(TimeSpan by) => Interlocked.Add(ref leaps, by.Ticks);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref leaps);

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(Interlocked.Add(ref leaps, TimeSpan.TicksPerMillisecond));
    }
}
