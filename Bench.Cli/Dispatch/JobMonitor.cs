using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Processes.Metering;
using Bench.Fixtures.Settings;

namespace Bench.Cli.Dispatch;

/// <summary>
/// Looks at a job every few seconds, from its worker's first moment to the closing of its run: writes what it sees, and ends a job that changes nothing for too long,
/// is over its limit or was asked to end.
/// </summary>
internal sealed class JobMonitor : IAsyncDisposable
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(100);

    // Git reads the whole tree: seldomer.
    private const int TreeLookFactor = 5;

    // The engine's own limit counts from the agent's start and comes first; this one ends what hangs before or after it.
    private static readonly TimeSpan MaxRuntimeSlack = TimeSpan.FromSeconds(60);

    private readonly DispatchEntry entry;
    private readonly DispatchSettings settings;
    private readonly TimeProvider clock;
    private readonly Action<DispatchEnding> end;
    private readonly Action abandon;
    private readonly WorkTreeWatch? tree;
    private readonly CancellationTokenSource stop = new();
    private readonly long made;
    private DispatchHeartbeat beat;
    private readonly Task looking;
    private volatile RunMark? running;
    private volatile bool isClosing;
    private long? treeLooked;
    private long treeChanged;

    /// <summary>Begins to look, at a worker that opens its run.</summary>
    /// <param name="entry">The job.</param>
    /// <param name="settings">The limits.</param>
    /// <param name="host">Where git is, and the clock.</param>
    /// <param name="end">Ends the job.</param>
    /// <param name="abandon">Ends the worker, which has not done what <paramref name="end"/> asked for.</param>
    public JobMonitor(DispatchEntry entry, DispatchSettings settings, CliHost host, Action<DispatchEnding> end, Action abandon)
    {
        this.entry = entry;
        this.settings = settings;
        this.end = end;
        this.abandon = abandon;
        clock = host.TimeProvider;
        made = clock.GetTimestamp();
        tree = entry.Job.Worktree is { } path && DispatchStore.TreeAtStart(entry.Instance) is { } state
            ? new WorkTreeWatch(host.GitIn(path), settings.Dir, state)
            : null;
        var now = clock.GetUtcNow();
        beat = new() { At = now, Phase = DispatchHeartbeat.Opening, PhaseSince = now, MutationCount = tree?.Mutations };
        DispatchStore.Beat(entry.Instance, beat);
        looking = LookAsync(stop.Token);
    }

    /// <summary>Changed files of the given work tree since the start; null without one.</summary>
    public int? Mutations => tree?.Mutations;

    /// <summary>The commit made since the start; null when there is none.</summary>
    public string? NewCommit => tree?.NewCommit;

    /// <summary>The most CPU time that the agent's processes showed at a look; null when none did.</summary>
    public double? CpuTimeSec => beat.CpuTimeSec;

    /// <summary>The agent starts.</summary>
    /// <param name="mark">Is on every process of the job.</param>
    public void AgentStarts(RunMark mark)
    {
        // Opening the run is not the agent's time.
        treeChanged = clock.GetTimestamp();
        running = mark;
    }

    /// <summary>The agent has ended; the run is being closed.</summary>
    public void AgentEnded() => isClosing = true;

    /// <summary>Ends the looking; the run is closed.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await looking;
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
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
    }

    // A short job is seen too: the looks begin close together.
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var longest = LongestOf();
        for (var interval = ShortestInterval; ; interval = interval * 2 < longest ? interval * 2 : longest)
        {
            try
            {
                await Task.Delay(interval, clock, cancellationToken);
                await LookOnceAsync(interval, longest, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception)
            {
                // E.g. the job's folder is gone: the engine says so in the record. Nothing that a look throws ends the looking: the limit stays.
                EndWhenOverLimit();
            }
        }
    }

    private async Task LookOnceAsync(TimeSpan interval, TimeSpan longest, CancellationToken cancellationToken)
    {
        EndWhenOverLimit();
        if (isClosing || running is not { } mark)
        {
            Beat(InPhase(isClosing ? DispatchHeartbeat.Closing : DispatchHeartbeat.Opening));
            EndWhenAsked();
            return;
        }

        if (treeLooked is not { } last || clock.GetElapsedTime(last) >= longest * TreeLookFactor)
        {
            await LookAtRunningTreeAsync(cancellationToken);
        }

        Beat(Seen(mark, interval));
        EndWhenAsked();

        // A look may be old by now: nobody is ended for what was not seen yet.
        if (IsUnchangedTooLong())
        {
            await LookAtRunningTreeAsync(cancellationToken);
            if (IsUnchangedTooLong())
            {
                end(DispatchEnding.NoMutation);
            }
        }
    }

    // A tree that git cannot read may have changed.
    private async Task LookAtRunningTreeAsync(CancellationToken cancellationToken)
    {
        if (tree is null)
        {
            return;
        }

        treeLooked = clock.GetTimestamp();
        var hasChanged = await tree.LookAsync(cancellationToken);
        if (hasChanged || tree.Mutations is null)
        {
            treeChanged = clock.GetTimestamp();
        }

        if (hasChanged)
        {
            beat = beat with { LastMutationAt = clock.GetUtcNow() };
        }
    }

    private DispatchHeartbeat InPhase(string phase) => phase == beat.Phase ? beat : beat with { Phase = phase, PhaseSince = clock.GetUtcNow() };

    private DispatchHeartbeat Seen(RunMark mark, TimeSpan interval)
    {
        var now = clock.GetUtcNow();
        var before = beat.CpuTimeSec ?? 0;
        var cpu = ProcessReaper.CpuTime(mark) is { } time ? Math.Max(Math.Round(time.TotalSeconds, 2), before) : beat.CpuTimeSec;
        var usage = new FileInfo(entry.Instance.Run.GatewayUsage);
        return InPhase(DispatchHeartbeat.Running) with
        {
            LogBytes = JobLogs.BytesOf(entry.Instance),
            CpuTimeSec = cpu,
            MutationCount = tree?.Mutations,
            ReportedCommit = tree?.NewCommit,
            LastOutputAt = JobLogs.LastOutputAt(entry.Instance),
            LastCpuAt = CpuProgress.Is(TimeSpan.FromSeconds((cpu ?? before) - before), interval) ? now : beat.LastCpuAt,
            LastModelAt = usage is { Exists: true, Length: > 0 } ? usage.LastWriteTimeUtc : beat.LastModelAt,
        };
    }

    // Without a given tree nobody waits for changes.
    private bool IsUnchangedTooLong() => tree is not null && settings.NoMutation > TimeSpan.Zero && clock.GetElapsedTime(treeChanged) >= settings.NoMutation;

    private void EndWhenAsked()
    {
        if (DispatchStore.IsStopRequested(entry.Instance))
        {
            end(DispatchEnding.Stopped);
        }

        // Another machine took this worker for dead, and its slot may be taken.
        if (File.Exists(entry.Instance.Outcome))
        {
            end(DispatchEnding.Signalled);
        }
    }

    private void EndWhenOverLimit()
    {
        var over = clock.GetElapsedTime(made) - settings.MaxRuntime;
        if (over >= MaxRuntimeSlack)
        {
            end(DispatchEnding.MaxRuntime);
        }

        if (over >= 2 * MaxRuntimeSlack)
        {
            abandon();
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
