using System.Globalization;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Processes.Metering;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Workspaces;

namespace Bench.Fixtures.Workflows.DxRunner;

/// <summary>One job of a dx-runner, from its start to its outcome.</summary>
/// <param name="runner">The dx-runner.</param>
/// <param name="redactor">Knows every secret of the run.</param>
/// <param name="clock">All stamps and limits.</param>
/// <param name="interval">Between two looks, and two starts that a cap refused.</param>
/// <param name="beadsId">The job's id; further attempts add their number.</param>
/// <param name="request">What to do.</param>
internal sealed class DxRunnerAttempt(DxRunnerCli runner, Redactor redactor, TimeProvider clock, TimeSpan interval, string beadsId, AttemptRequest request)
{
    private const string LogLines = "2000";

    // A check that prints half a document says nothing of the job; one that always does, that nobody can follow it.
    private const int MostTornChecks = 5;

    private readonly long start = clock.GetTimestamp();
    private readonly string beads = request.Attempt == 0 ? beadsId : string.Create(CultureInfo.InvariantCulture, $"{beadsId}-a{request.Attempt}");
    private readonly LoadWatch load = new(clock);
    private bool mayRun;
    private TimeSpan? submitted;
    private TimeSpan? completed;
    private DxRunnerJob? report;
    private AnswerVerdict? verdict;
    private int mendedTexts;

    private TimeSpan Elapsed => clock.GetElapsedTime(start);

    // From the submit on, as on every lane; a job that no slot is found for gets as long to wait for one.
    private bool IsOver => Elapsed - (submitted ?? TimeSpan.Zero) >= request.Timeout;

    public async Task<AttemptOutcome> RunAsync(JobWorkspace workspace, CancellationToken cancellationToken)
    {
        var promptFile = Path.Combine(workspace.Directories.Temp, "prompt.txt");
        await File.WriteAllTextAsync(promptFile, request.Prompt.Text, cancellationToken);
        if (await StartAsync(promptFile, workspace.Directories.Work, cancellationToken) is { } refused)
        {
            return refused;
        }

        var job = await EndAsync(cancellationToken);
        if (job is null)
        {
            return TimedOut("The job did not end within the limit, and was stopped.");
        }

        mayRun = !job.HasEnded;
        completed = Elapsed;
        report = await ReportAsync(job, cancellationToken);
        var answer = DxRunnerAnswer.Of(await LogAsync(cancellationToken), out mendedTexts);
        if (!report.IsGood)
        {
            return Outcome(answer, DxRunnerFailures.OfJob(report));
        }

        verdict = await new AnswerVerifier(clock).VerifyAsync(
            request.Prompt, answer, new CommandPlace(workspace.Directories.Work, AgentEnvironment.Of(workspace.Directories, workspace.Marks, global::System.Environment.GetEnvironmentVariable)), cancellationToken);
        return Outcome(answer, FailureClassifier.Classify(EvidenceOf(answer)));
    }

    /// <summary>Ends a job that was started and has not ended by itself, whatever the run's own token says. What dx-runner makes of it does not matter any more.</summary>
    public async Task StopAsync()
    {
        if (!mayRun)
        {
            return;
        }

        try
        {
            await runner.RunAsync(CancellationToken.None, "stop", "--beads", beads);
        }
        catch (Exception problem) when (problem is ProcessStartException or TimeoutException)
        {
            // The outcome is decided; dx-runner's own limits end the job.
        }
    }

    public AttemptOutcome Outcome(string answer, Failure? failure) => new()
    {
        Completed = report is { IsGood: true } && !string.IsNullOrWhiteSpace(answer),
        Failure = failure is null ? null : failure with { Evidence = redactor.Redact(failure.Evidence) },
        Answer = redactor.Redact(answer),
        ExitCode = report?.ExitCode,
        ModelSelected = report?.SelectedModel,
        Checks = verdict is null ? [] : [.. verdict.Checks.Select(check => check with { Detail = check.Detail is null ? null : redactor.Redact(check.Detail) })],
        HintMatchRatio = verdict?.HintMatchRatio,
        Load = load.Read(),

        // dx-runner's own limits end a job as Bench's do: what it would have taken is not known.
        TimedOut = failure?.Reason == FailureReasons.Timeout,
        Stalled = failure?.Reason == FailureReasons.StalledRun,
        SeesOutput = false,
        Incidents = [.. OutcomeBuilder.OfTexts(requests: 0, mendedTexts)],
        Timeline = new AttemptTimeline { Spawned = TimeSpan.Zero, Submitted = submitted, Completed = completed, Exited = completed },
    };

    // Null when it was started. A provider's cap makes the job wait for its turn.
    private async Task<AttemptOutcome?> StartAsync(string promptFile, string workTree, CancellationToken cancellationToken)
    {
        while (true)
        {
            mayRun = true;
            var reply = await runner.RunAsync(cancellationToken, "start", "--beads", beads, "--provider", request.Job.System, "--prompt-file", promptFile, "--worktree", workTree, "--model", request.Job.Model);
            if (reply.ExitCode == 0)
            {
                submitted = Elapsed;
                return null;
            }

            // One that a signal ended may have started it.
            mayRun = reply.ExitCode is null;
            if (!DxRunnerFailures.IsCap(reply))
            {
                return Outcome("", DxRunnerFailures.OfStart(reply));
            }

            if (IsOver)
            {
                completed = Elapsed;
                return Outcome("", DxRunnerFailures.OfCap()) with { TimedOut = true };
            }

            await Task.Delay(interval, clock, cancellationToken);
        }
    }

    // Null when the limit was reached.
    private async Task<DxRunnerJob?> EndAsync(CancellationToken cancellationToken)
    {
        for (var torn = 0; ;)
        {
            // Its exit code tells stalled from usage no better than the state does.
            var reply = await runner.RunAsync(cancellationToken, "check", "--beads", beads, "--json");
            var job = DxRunnerJob.TryParse(reply.Output);
            torn = job is null ? torn + 1 : 0;
            if (job is { IsWaiting: false })
            {
                return job;
            }

            if (torn == MostTornChecks)
            {
                return new DxRunnerJob { State = null, ReasonCode = reply.ReasonCode ?? reply.LastLine };
            }

            if (IsOver)
            {
                return null;
            }

            await Task.Delay(interval, clock, cancellationToken);
        }
    }

    // The state is the check's: what the report adds is how the process ended, and the model.
    private async Task<DxRunnerJob> ReportAsync(DxRunnerJob job, CancellationToken cancellationToken)
    {
        var reply = await runner.RunAsync(cancellationToken, "report", "--beads", beads, "--format", "json");
        await WriteAsync(request.EventsLogPath, reply.Output, cancellationToken);
        return DxRunnerJob.TryParse(reply.Output) is { } full
            ? job with { ExitCode = full.ExitCode ?? job.ExitCode, OutcomeReasonCode = full.OutcomeReasonCode, SelectedModel = full.SelectedModel ?? job.SelectedModel }
            : job;
    }

    private async Task<string> LogAsync(CancellationToken cancellationToken)
    {
        var reply = await runner.RunAsync(cancellationToken, "logs", "--beads", beads, "--lines", LogLines);
        await WriteAsync(request.StdoutLogPath, reply.Output, cancellationToken);
        return reply.Output;
    }

    private Task WriteAsync(string path, string text, CancellationToken cancellationToken) => File.WriteAllTextAsync(path, redactor.Redact(text), cancellationToken);

    private AttemptOutcome TimedOut(string why)
    {
        completed = Elapsed;
        var failure = FailureClassifier.Classify(new AttemptEvidence { ModelAsked = request.Job.Model, TimedOut = true });
        return Outcome("", failure is null ? null : failure with { Evidence = why }) with { TimedOut = true };
    }

    // The model that dx-runner chose is all that is known of the one that answered.
    private AttemptEvidence EvidenceOf(string answer) => new()
    {
        HasTerminalEvent = true,
        AnswerIsEmpty = string.IsNullOrWhiteSpace(answer),
        ModelAsked = request.Job.Model,
        ModelAnswered = report?.SelectedModel is { } selected && ModelNames.AreSame(request.Job.Model, selected) ? request.Job.Model : report?.SelectedModel,
        FailedChecks = verdict is null ? [] : [.. verdict.Failed.Select(redactor.Redact)],
    };
}
