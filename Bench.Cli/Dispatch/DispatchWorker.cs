using System.Runtime.InteropServices;
using Bench.Cli.Gates;
using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Settings;

namespace Bench.Cli.Dispatch;

/// <summary>The detached process of one job: runs it by the engine that every run has, writes how it ended, and starts who waits.</summary>
internal sealed class DispatchWorker(DispatchEntry claimed, CliHost host) : IDisposable
{
    private readonly DispatchInstance instance = claimed.Instance;
    private readonly CancellationTokenSource cancel = new();
    private readonly List<PosixSignalRegistration> signals = [];
    private readonly Redactor redactor = GateOutput.RedactorOf(host, claimed.Job.KeyVariable is { } key ? [key] : []);
    private DispatchEntry entry = claimed;
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
        if (entry.Job.Worktree is { } tree)
        {
            if (!Directory.Exists(tree))
            {
                return (OutcomeVerdict.NotStarted($"The work tree '{tree}' is gone.", DispatchReasons.WorktreeMissing, "env"), new());
            }

            try
            {
                var found = await WorkTreeState.ReadAsync(host.GitIn(tree), before: null, settings.Dispatch.Dir, cancel.Token);
                entry = WorkerProgram.StoreOf(settings.Dispatch, host).NoteTree(entry, found);
            }
            catch (GitException problem)
            {
                return (OutcomeVerdict.NotStarted($"{problem.Message} {problem.NextAction}", problem.ReasonCode, "env"), new());
            }
        }

        var jobId = inputs.Plan.Jobs[0].JobId;
        await using var monitor = new JobMonitor(entry, settings.Dispatch, host, End, Abandon);
        JobRecord record;
        IReadOnlyList<string> problems;
        await using (var run = await BenchRun.OpenAsync(inputs, [jobId], host.TimeProvider, cancel.Token))
        {
            monitor.AgentStarts(new(instance.RunId, run.Note.ProcessMark));
            run.Start();
            record = await run.ResultAsync(jobId);
            monitor.AgentEnded();
            problems = await run.CloseAsync();
        }

        await monitor.StopAsync();
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

    // It hangs where no token reaches: as a killed worker's the job is closed by whoever comes next, and a record that was written counts.
    private void Abandon()
    {
        Say("The worker hangs, and ends itself.");
        ProcessIdentity.Current?.Kill();
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
