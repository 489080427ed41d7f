using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Settings;

namespace Bench.Cli.Dispatch;

/// <summary>Looks at a running job every few seconds: writes what it sees, and ends a job that changes nothing for too long or was asked to end.</summary>
internal sealed class JobMonitor : IDisposable
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(100);

    // Git reads the whole tree: seldomer.
    private const int TreeLookFactor = 5;

    // An agent that waits still ticks; only more than this share of a core, and than a few of the clock's own ticks, is progress.
    private const double IdleShare = 0.02;
    private const double IdleSeconds = 0.03;

    // The engine's own limit counts from the agent's start and comes first; this one ends what hangs before or after it.
    private static readonly TimeSpan MaxRuntimeSlack = TimeSpan.FromSeconds(60);

    private readonly DispatchEntry entry;
    private readonly DispatchSettings settings;
    private readonly TimeProvider clock;
    private readonly Action<DispatchEnding> end;
    private readonly WorkTreeWatch? tree;
    private readonly CancellationTokenSource stop = new();
    private readonly long made;
    private DispatchHeartbeat beat;
    private Task looking = Task.CompletedTask;
    private long? treeLooked;
    private long treeChanged;

    /// <summary>A monitor that is not started; writes its first sign of life.</summary>
    /// <param name="entry">The job.</param>
    /// <param name="settings">The limits.</param>
    /// <param name="host">Where git is, and the clock.</param>
    /// <param name="end">Ends the job.</param>
    public JobMonitor(DispatchEntry entry, DispatchSettings settings, CliHost host, Action<DispatchEnding> end)
    {
        this.entry = entry;
        this.settings = settings;
        this.end = end;
        clock = host.TimeProvider;
        made = clock.GetTimestamp();
        tree = entry.Job.Worktree is { } path && DispatchStore.TreeAtStart(entry.Instance) is { } state
            ? new WorkTreeWatch(StartChecks.GitIn(path, host), settings.Dir, state)
            : null;
        beat = new() { At = clock.GetUtcNow(), Phase = DispatchHeartbeat.Opening, MutationCount = tree?.Mutations };
        DispatchStore.Beat(entry.Instance, beat);
    }

    /// <summary>Changed files of the given work tree since the start; null without one.</summary>
    public int? Mutations => tree?.Mutations;

    /// <summary>The commit made since the start; null when there is none.</summary>
    public string? NewCommit => tree?.NewCommit;

    /// <summary>The most CPU time that the agent's processes showed at a look; null when none did.</summary>
    public double? CpuTimeSec => beat.CpuTimeSec;

    /// <summary>Begins to look.</summary>
    /// <param name="mark">Is on every process of the job.</param>
    public void Start(RunMark mark)
    {
        // Opening the run is not the agent's time.
        treeChanged = clock.GetTimestamp();
        looking = LookAsync(mark);
    }

    /// <summary>Ends the looking; the agent has ended.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await looking;
        Beat(beat with { Phase = DispatchHeartbeat.Closing });
    }

    /// <summary>Looks at the work tree for the last time.</summary>
    public async Task LookAtTreeAsync()
    {
        if (tree is not null)
        {
            await tree.LookAsync(CancellationToken.None);
        }
    }

    /// <inheritdoc />
    public void Dispose() => stop.Dispose();

    // A short job is seen too: the looks begin close together.
    private async Task LookAsync(RunMark mark)
    {
        var longest = LongestOf();
        try
        {
            for (var interval = ShortestInterval; ; interval = interval * 2 < longest ? interval * 2 : longest)
            {
                await Task.Delay(interval, clock, stop.Token);
                if (treeLooked is not { } last || clock.GetElapsedTime(last) >= longest * TreeLookFactor)
                {
                    await LookAtRunningTreeAsync();
                }

                Beat(Seen(mark, interval));
                EndWhenDue();
            }
        }
        catch (OperationCanceledException)
        {
            // The agent has ended.
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The job's folder is gone: the engine says so in the record.
        }
    }

    private async Task LookAtRunningTreeAsync()
    {
        treeLooked = clock.GetTimestamp();
        if (tree is not null && await tree.LookAsync(stop.Token))
        {
            treeChanged = clock.GetTimestamp();
            beat = beat with { LastMutationAt = clock.GetUtcNow() };
        }
    }

    private DispatchHeartbeat Seen(RunMark mark, TimeSpan interval)
    {
        var now = clock.GetUtcNow();
        var before = beat.CpuTimeSec ?? 0;
        var cpu = ProcessReaper.CpuTime(mark) is { } time ? Math.Max(Math.Round(time.TotalSeconds, 2), before) : beat.CpuTimeSec;
        var usage = new FileInfo(entry.Instance.Run.GatewayUsage);
        return beat with
        {
            Phase = DispatchHeartbeat.Running,
            LogBytes = JobLogs.BytesOf(entry.Instance),
            CpuTimeSec = cpu,
            MutationCount = tree?.Mutations,
            ReportedCommit = tree?.NewCommit,
            LastOutputAt = JobLogs.LastOutputAt(entry.Instance),
            LastCpuAt = cpu - before > Math.Max(IdleShare * interval.TotalSeconds, IdleSeconds) ? now : beat.LastCpuAt,
            LastModelAt = usage is { Exists: true, Length: > 0 } ? usage.LastWriteTimeUtc : beat.LastModelAt,
        };
    }

    private void EndWhenDue()
    {
        if (DispatchStore.IsStopRequested(entry.Instance))
        {
            end(DispatchEnding.Stopped);
        }

        // Without a given tree nobody waits for changes.
        if (tree is not null && settings.NoMutation > TimeSpan.Zero && clock.GetElapsedTime(treeChanged) >= settings.NoMutation)
        {
            end(DispatchEnding.NoMutation);
        }

        if (clock.GetElapsedTime(made) >= settings.MaxRuntime + MaxRuntimeSlack)
        {
            end(DispatchEnding.MaxRuntime);
        }
    }

    private void Beat(DispatchHeartbeat next)
    {
        beat = next with { At = clock.GetUtcNow() };
        DispatchStore.Beat(entry.Instance, beat);
    }

    // Often enough for the shortest of the limits.
    private TimeSpan LongestOf()
    {
        TimeSpan[] limits = [settings.MaxRuntime, settings.Stall, settings.NoMutation > TimeSpan.Zero ? settings.NoMutation : settings.MaxRuntime];
        var wanted = limits.Min() / 20;
        return wanted < ShortestInterval ? ShortestInterval : wanted > LongestInterval ? LongestInterval : wanted;
    }
}
