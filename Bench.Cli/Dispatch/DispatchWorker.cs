using System.Runtime.InteropServices;
using Bench.Cli.Gates;
using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Records;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Settings;

namespace Bench.Cli.Dispatch;

/// <summary>The detached process of one job: runs it by the engine that every run has, writes how it ended, and starts who waits.</summary>
internal sealed class DispatchWorker(DispatchEntry entry, CliHost host) : IDisposable
{
    private readonly DispatchInstance instance = entry.Instance;
    private readonly CancellationTokenSource cancel = new();
    private readonly List<PosixSignalRegistration> signals = [];
    private readonly Redactor redactor = GateOutput.RedactorOf(host, entry.Job.KeyVariable is { } key ? [key] : []);
    private DispatchEnding ending;

    /// <summary>Runs the job to its end. What goes wrong is the job's outcome.</summary>
    /// <param name="cancellationToken">Ends the job: the worker was told to end.</param>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Listen();
        using var told = cancellationToken.Register(() => End(DispatchEnding.Signalled));
        Say($"worker {Environment.ProcessId} runs {instance.RunId} on {entry.Job.Provider}");
        BenchSettings? settings = null;
        OutcomeVerdict verdict;
        var facts = new OutcomeFacts();
        try
        {
            // From here on the prompt is on disk as everything else is.
            var prompt = File.ReadAllBytes(instance.Prompt);
            File.WriteAllText(instance.Prompt, redactor.Redact(DispatchRunInputs.TextOf(prompt)));
            settings = DispatchRunInputs.Thaw(entry.Job, host);
            (verdict, facts) = await RunJobAsync(DispatchRunInputs.Of(entry.Job, instance, settings, prompt, host), settings);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            verdict = OutcomeVerdict.OfEnding(ending);
        }
        catch (BenchUsageException problem)
        {
            verdict = OutcomeVerdict.NotStarted(redactor.Redact(problem.Message));
        }
        catch (Exception problem)
        {
            Say(problem.ToString());
            verdict = OutcomeVerdict.NotStarted(redactor.Redact($"{problem.GetType().Name}: {problem.Message}"), FailureReasons.ExecutorException);
        }

        // Without settings nobody else can be started from here; whoever comes by does it.
        var store = WorkerProgram.StoreOf(settings?.Dispatch ?? new() { Dir = Path.GetDirectoryName(Path.GetDirectoryName(instance.Root))!, Limits = new Dictionary<string, int>() }, host);
        var outcome = store.End(instance, entry.Job, verdict, facts with { PidAgeSec = Seconds(entry.Job.Worker?.Age) });
        Say($"ended: {outcome.State}, {outcome.ReasonCode}");
        return ExitCodes.Ok;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        signals.ForEach(signal => signal.Dispose());
        cancel.Dispose();
    }

    private async Task<(OutcomeVerdict Verdict, OutcomeFacts Facts)> RunJobAsync(BenchInputs inputs, BenchSettings settings)
    {
        if (entry.Job.Worktree is { } tree && !Directory.Exists(tree))
        {
            return (OutcomeVerdict.NotStarted($"The work tree '{tree}' is gone.", DispatchReasons.WorktreeMissing, "env"), new());
        }

        var jobId = inputs.Plan.Jobs[0].JobId;
        using var monitor = new JobMonitor(entry, settings.Dispatch, host, End);
        JobRecord record;
        IReadOnlyList<string> problems;
        await using (var run = await BenchRun.OpenAsync(inputs, [jobId], host.TimeProvider, cancel.Token))
        {
            monitor.Start(new(instance.RunId, run.Note.ProcessMark));
            run.Start();
            record = await run.ResultAsync(jobId);
            await monitor.StopAsync();
            problems = await run.CloseAsync();
        }

        await monitor.LookAtTreeAsync();
        var lacksCommit = entry.Job.RequireCommitArtifact && monitor.NewCommit is null;
        return (OutcomeVerdict.Of(record, ending, lacksCommit, problems), new()
        {
            SelectedModel = record.ModelSelected,
            Mutations = monitor.Mutations,
            ReportedCommit = monitor.NewCommit,
            LogBytes = JobLogs.BytesOf(instance),
            CpuTimeSec = monitor.CpuTimeSec,
        });
    }

    // The first reason counts.
    private void End(DispatchEnding why)
    {
        lock (cancel)
        {
            if (ending != DispatchEnding.None)
            {
                return;
            }

            ending = why == DispatchEnding.Signalled && DispatchStore.IsStopRequested(instance) ? DispatchEnding.Stopped : why;
        }

        // Not on the thread of the signal.
        _ = cancel.CancelAsync();
    }

    // The terminal that the job was dispatched from may go.
    private void Listen()
    {
        if (!OperatingSystem.IsWindows())
        {
            signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true));
        }
    }

    private void Say(string text) => host.Output.WriteLine(redactor.Redact(FormattableString.Invariant($"{host.TimeProvider.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {text}")));

    private static double? Seconds(TimeSpan? time) => time is { } span ? Math.Round(span.TotalSeconds, 3) : null;
}
