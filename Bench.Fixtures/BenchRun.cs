using System.Collections.Concurrent;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Queueing;
using Bench.Fixtures.Records;
using Bench.Fixtures.Reporting;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures;

/// <summary>
/// One invocation and its one folder: opened for a selection of jobs, started, awaited job by job, stopped and closed.
/// The root that ties the rooms together; everything it owns is released by <see cref="DisposeAsync"/>, whatever happened.
/// </summary>
public sealed partial class BenchRun : IJobHandler, IJobDurations, IAsyncDisposable
{
    private readonly RunResources resources;
    private readonly RunWriter writer;
    private readonly CancellationTokenSource cancel;
    private readonly ConcurrentDictionary<string, JobProgress> jobs = new();
    private readonly ConcurrentDictionary<string, string> rows = new();
    private readonly List<Job> goingOn = [];
    private readonly LaneStops stops;
    private readonly StandstillWatch standstills;
    private Task queue = Task.CompletedTask;
    private int closed;

    private BenchRun(RunResources resources, RunWriter writer, RunPlan plan, ResumedRun? resumed, CancellationToken cancellationToken)
    {
        this.resources = resources;
        this.writer = writer;
        stops = new LaneStops(resources.Inputs.Settings, resources.UpstreamOf);
        Plan = plan;
        standstills = new StandstillWatch(resources.Clock, () => LinuxSupport.IsAvailable ? ProcTable.Uptime() : null, NoteStandstill);
        cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        foreach (var job in plan.Jobs)
        {
            var progress = jobs[job.JobId] = new JobProgress();
            if (resumed?.Records.GetValueOrDefault(job.JobId) is { } record)
            {
                TakeUp(job, progress, record, resumed);
            }
        }

        Soak = Settings.Soak is { } soak ? new SoakRounds(soak, plan, writer.Folder, this) : null;
    }

    /// <summary>The absolute path of the run folder.</summary>
    public string Folder => writer.Folder.Root;

    /// <summary>The settings.</summary>
    public BenchSettings Settings => resources.Inputs.Settings;

    /// <summary>How the jobs must end whose model fails on purpose; null when nobody has said it.</summary>
    public FaultExpectations? Expectations => resources.Expectations;

    /// <summary>The jobs that were selected, in start order.</summary>
    public RunPlan Plan { get; }

    /// <summary>The rounds of a soak; null as a rule.</summary>
    public SoakRounds? Soak { get; }

    /// <summary>What those who show the run's progress have to know.</summary>
    public required RunNote Note { get; init; }

    /// <summary>The run was cancelled, by a person, the CI system or its own end.</summary>
    internal bool IsCancelled => cancel.IsCancellationRequested;

    private TimeProvider Clock => resources.Clock;

    /// <summary>Opens a run: finds the agents, starts the gateway and writes the manifest. No job has started when it returns.</summary>
    /// <param name="inputs">Settings, prompts and plan.</param>
    /// <param name="jobIds">The jobs to run; others of the plan are left out.</param>
    /// <param name="clock">The clock of the whole run.</param>
    /// <param name="cancellationToken">Cancels the run, now and later.</param>
    /// <param name="opening">Is told of the folder right before it is made.</param>
    /// <exception cref="BenchUsageException">Something that the run needs cannot be used; nothing was spent.</exception>
    public static async Task<BenchRun> OpenAsync(
        BenchInputs inputs, IReadOnlyCollection<string> jobIds, TimeProvider clock, CancellationToken cancellationToken, Action<RunNote>? opening = null)
    {
        var plan = inputs.Plan.Select(jobIds);
        using var claim = inputs.Settings.HasMadeRunId ? RunIdClaim.Take(inputs.Settings.OutputDir, inputs.Settings.RunId) : null;
        inputs = claim is null ? inputs : inputs with { Settings = inputs.Settings.WithRunId(claim.RunId) };
        using var resumed = inputs.Settings.Resume ? ResumedRun.Take(inputs.Settings, cancellationToken) : null;
        var resources = await RunResources.OpenAsync(inputs, plan, clock, cancellationToken);
        RunWriter? writer = null;
        try
        {
            var note = new RunNote(RunFolder.Of(inputs.Settings.OutputDir, inputs.Settings.RunId).Root, plan.Jobs.Count, resources.Mark.Value, IsOpen: false) { IsSoak = inputs.Settings.Soak is not null, Profile = SettingNames.Of(inputs.Settings.Profile) };
            opening?.Invoke(note);
            writer = resumed is null
                ? RunWriter.Create(inputs.Settings.OutputDir, inputs.Settings.RunId, resources.Manifest.ToJson(), clock)
                : Resume(resumed, resources, plan);
            if (resources.Manifest.RerunOf is { } first)
            {
                writer.Notice(FormattableString.Invariant($"The {Counted.Of(plan.Jobs.Count, "job")} that failed in the run '{first.RunId}' {(plan.Jobs.Count == 1 ? "is" : "are")} run again."));
            }

            foreach (var difference in resources.VersionNotes)
            {
                writer.Notice(difference);
            }

            foreach (var reaped in resources.Reaped)
            {
                writer.Notice($"Processes of a run that was killed were still running and were stopped: {reaped}.");
            }

            return new BenchRun(resources, writer, plan, resumed, cancellationToken)
            {
                Note = note with { IsOpen = true, Finished = plan.Jobs.Count(job => resumed?.Records.ContainsKey(job.JobId) ?? false), JournalOffset = writer.Start },
            };
        }
        catch
        {
            writer?.Dispose();
            await resources.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the queue. Returns at once.</summary>
    public void Start()
    {
        var options = new QueueOptions
        {
            Parallel = Settings.Parallel,
            AgentsAtWork = Settings.AgentsAtWork,
            ProviderLimits = Settings.ProviderLimits,
            MaxRetries = Settings.MaxRetries,
            Seed = Settings.Seed,
            Clock = Clock,
        };
        var left = Plan.Jobs.Where(job => jobs[job.JobId].EndedAt is null).Concat(goingOn).ToList();
        var jobQueue = new JobQueue(options);

        // A dry run makes its times up, and takes none.
        if (Settings.Profile != Profile.DryRun)
        {
            standstills.Start();
        }

        queue = UntilAllHaveEndedAsync(() => Soak?.RunAsync(jobQueue, this, cancel.Token) ?? jobQueue.RunAsync(left, this, cancel.Token));
    }

    // Rows wait for their jobs, and a job that nobody works at any more would hold its row for ever.
    private async Task UntilAllHaveEndedAsync(Func<Task> run)
    {
        Exception? fault = null;
        try
        {
            await run();
        }
        catch (Exception problem)
        {
            fault = problem;
        }

        if (jobs.Values.Any(job => job.EndedAt is null))
        {
            GiveUpAllLeft(fault ?? new InvalidOperationException("The queue ended before the job did."));
        }
    }

    private void GiveUpAllLeft(Exception problem)
    {
        foreach (var job in Plan.Jobs.Where(job => jobs[job.JobId].EndedAt is null))
        {
            GiveUp(job, problem);
        }
    }

    /// <summary>Waits for a job's record, and for the jobs that stand in for it. The run keeps it until somebody has asked; whoever asks later gets it from the run folder.</summary>
    /// <exception cref="BenchUsageException">The job is not in this run.</exception>
    /// <exception cref="JobNotRunException">The job was not run: its soak was decided before its round.</exception>
    /// <exception cref="IOException">The record was handed out before, and is not in the folder.</exception>
    public Task<JobRecord> ResultAsync(string jobId) => jobs.TryGetValue(jobId, out var job)
        ? job.TakeAsync(() => RecordJson.Deserialize(File.ReadAllBytes(writer.Folder.JobRecord(jobId))))
        : throw new BenchUsageException($"Job '{jobId}' is not in run '{Settings.RunId}'. Jobs of the run: '{string.Join("', '", Plan.Jobs.Select(j => j.JobId))}'.");

    /// <summary>What the row of a job throws; null when it passes.</summary>
    internal Exception? VerdictOf(JobRecord record) =>
        record.Fault is { } fault && record.Status != JobStatuses.Cancelled && !FaultVerdict.IsOfTheMachine(record.FailureReason) && Expectations?.Find(fault, record.WorkflowId) is { } expected
            ? FaultVerdict.Of(record, expected, Settings.MaxRetries, Folder)
            : JobVerdict.Of(record, Settings.FailOnEnvFailure, Folder, StandInsOf(record.JobId));

    /// <summary>How the jobs that stood in for a job ended, in order, in words; empty as a rule.</summary>
    public IReadOnlyList<string> StandInsOf(string jobId) => jobs.TryGetValue(jobId, out var job) ? job.StandIns : [];

    /// <summary>
    /// Ends what is still running, stops the shared server and the gateway, checks versions and leftovers, scans for secrets, and writes
    /// the final manifest and the summary. Called again, it does nothing.
    /// </summary>
    /// <returns>What makes the run fail although its jobs may have passed; empty when all is well.</returns>
    public async Task<IReadOnlyList<string>> CloseAsync()
    {
        if (Interlocked.Exchange(ref closed, 1) != 0)
        {
            return [];
        }

        try
        {
            return await EndAsync();
        }
        finally
        {
            standstills.Dispose();
            writer.Dispose();
            await resources.DisposeAsync();
            cancel.Dispose();
        }
    }

    private async Task<IReadOnlyList<string>> EndAsync()
    {
        if (jobs.Values.Any(job => job.EndedAt is null))
        {
            await CancelAsync();
        }

        await queue;
        if (cancel.IsCancellationRequested)
        {
            Write(() => writer.Notice($"The run was cancelled{(StopSignals.CancelReason is { } reason ? $": {reason}" : "")}. Jobs in flight and jobs that had not started have the status 'cancelled'."));
        }

        Write(() =>
        {
            if (resources.ClockStep is { } step)
            {
                writer.Notice(FormattableString.Invariant(
                    $"The wall clock was set {(step < TimeSpan.Zero ? "back" : "forward")} by {step.Duration().TotalSeconds:0} s while the run went on, or the machine slept: stamps before and after do not fit. Durations are of another clock, and right."));
            }
        });
        await resources.StopAsync();
        var isCancelled = jobs.Values.Any(job => job.IsCancelled);
        var problems = await RunClosing.CloseAsync(resources, writer, isCancelled ? RunStatuses.Cancelled : RunStatuses.Completed);
        return [.. NothingPassed(), .. problems];
    }

    // A test run whose tests were all skipped would end with 0.
    private IEnumerable<string> NothingPassed() => !rows.IsEmpty && rows.Values.All(row => row == RowOutcomes.Skipped)
        ? [$"No job passed: all {rows.Count} ended as env failures, whose tests are skipped (OnEnvFailure). The console and the summary say why; correct that and run again."]
        : [];

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await CloseAsync();

    /// <inheritdoc />
    public TimeSpan? DurationOf(string jobId) => jobs.TryGetValue(jobId, out var job) && job.StartedAt is { } started && job.EndedAt is { } ended ? ended - started : null;

    // Whoever listens and throws must not keep the run from its end.
    private async Task CancelAsync()
    {
        try
        {
            await cancel.CancelAsync();
        }
        catch (AggregateException problem)
        {
            resources.WriteProblem ??= problem;
        }
    }

    private bool Write(Action write)
    {
        try
        {
            write();
            return true;
        }
        catch (Exception problem)
        {
            resources.WriteProblem ??= problem;
            return false;
        }
    }
}
