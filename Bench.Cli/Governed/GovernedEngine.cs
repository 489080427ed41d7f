using Bench.Cli.Commands;
using Bench.Cli.Gates;
using Bench.Cli.Preflight;
using Bench.Fixtures;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Records;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Summaries;

namespace Bench.Cli.Governed;

/// <summary>What a governed run needs from outside.</summary>
/// <param name="Host">The world around it.</param>
/// <param name="Probes">The real tries of the lanes, by workflow id.</param>
/// <param name="Launch">Runs the benchmarks.</param>
internal sealed record GovernedTools(CliHost Host, IReadOnlyDictionary<string, LaneProbe> Probes, BenchLaunch Launch);

/// <summary>
/// One governed run from preflight to verdict. Every step that fails ends it, except the jobs themselves: what they left is collected and
/// judged. A report is written in any case.
/// </summary>
internal sealed partial class GovernedEngine
{
    private readonly GovernedTools tools;
    private readonly GovernedRequest request;
    private readonly TextWriter screen;
    private readonly BenchSettings settings;
    private readonly RunFolder folder;
    private readonly Redactor redactor;
    private readonly GitCli git;
    private GovernanceReport report;
    private RunSummary? summary;
    private int exitCode;

    // What the run ends with when the step that it is at cannot be done at all.
    private (int ExitCode, string Reason) step = (GovernedExitCodes.PreflightFailed, GateReasons.PreflightFailed);

    private GovernedEngine(GovernedTools tools, GovernedRequest request, TextWriter screen)
    {
        this.tools = tools;
        this.request = request;
        this.screen = screen;
        settings = request.Launch.Inputs.Settings;
        folder = RunFolder.Of(settings.OutputDir, settings.RunId);
        redactor = GateOutput.RedactorOf(tools.Host, settings.Live.Values.Select(upstream => upstream.KeyVariable));
        git = tools.Host.GitIn(request.Worktree);
        report = GovernanceReport.Of(settings, tools.Host.TimeProvider);
    }

    private CliHost Host => tools.Host;

    /// <summary>Runs it.</summary>
    /// <param name="tools">What it needs from outside.</param>
    /// <param name="request">The run.</param>
    /// <param name="screen">Shows what happens, as it happens.</param>
    /// <param name="cancellationToken">Stops it; the test process is stopped and waited for.</param>
    public static async Task<GovernedOutcome> RunAsync(GovernedTools tools, GovernedRequest request, TextWriter screen, CancellationToken cancellationToken)
    {
        var engine = new GovernedEngine(tools, request, screen);
        try
        {
            await engine.RunAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            engine.Fail(ExitCodes.Cancelled, new(GateReasons.Cancelled, "The run was stopped by Ctrl+C or SIGTERM.", "Run it again."));
        }
        catch (Exception e) when (IsTrouble(e))
        {
            engine.Fail(engine.step.ExitCode, new(engine.step.Reason, e.Message, "Correct what it names, and run again."));
        }

        return engine.End();
    }

    // Of the machine or of what is read; anything else is a defect, and shows its stack.
    private static bool IsTrouble(Exception e) => ArtifactException.IsCause(e) || e is BenchUsageException;

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!await IsReadyAsync(cancellationToken) || !await IsOnBaselineAsync(cancellationToken) || !await IsUnchangedAsync(cancellationToken))
        {
            return;
        }

        step = (CollectCommand.CollectFailed, GateReasons.CollectFailed);
        await LaunchAsync(cancellationToken);
        var isCollected = Collect(cancellationToken);

        // They ask git, not the records: a report that a later 'gate report' completes has their verdicts.
        await AskGitAsync(cancellationToken);
        if (isCollected)
        {
            step = (GateVerdict.RunOrIntegrityFailed, GateReasons.JudgeFailed);
            Judge(cancellationToken);
        }
    }

    private void Fail(int code, GovernanceFailure failure)
    {
        exitCode = code;
        report = report with { Failure = failure };
    }

    private GovernedOutcome End()
    {
        if (Directory.Exists(folder.Root))
        {
            report = report.In(folder, summary ?? TrySummary());
        }

        var outcome = new GovernedOutcome { ExitCode = exitCode, Report = report, Folder = report.RunDir is null ? null : folder, Summary = summary };
        try
        {
            var before = Path.Combine(settings.OutputDir, $"{settings.RunId}.{Path.GetFileName(folder.GovernanceReport)}");
            var path = outcome.Folder is null ? before : folder.GovernanceReport;
            Directory.CreateDirectory(settings.OutputDir);
            report.Write(path, redactor);
            if (path != before)
            {
                // Of an earlier try with the same run id, that ended before the run began.
                File.Delete(before);
            }

            return outcome with { ReportPath = path };
        }
        catch (Exception e) when (ArtifactException.IsCause(e))
        {
            Host.Error.WriteLine($"The report could not be written: {e.Message} Make '{settings.OutputDir}' writable, and run again.");
            return outcome with { ExitCode = exitCode == ExitCodes.Ok ? GateVerdict.RunOrIntegrityFailed : exitCode };
        }
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        if (request.SkipPreflight)
        {
            return true;
        }

        screen.WriteLine("Preflight: each lane of the run is tried.");
        var locator = new AgentLocator(settings.Agents, Host.Environment.GetValueOrDefault("PATH"));
        var found = await new LanePreflight(locator, tools.Probes).CheckAsync(settings, cancellationToken);
        PreflightText.Write(found, (Host with { Output = screen }).Console());
        report = report with { Preflight = found.ForReport() };
        exitCode = found.Passed ? ExitCodes.Ok : GovernedExitCodes.PreflightFailed;
        return found.Passed;
    }

    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        var launched = new LaunchRequest
        {
            Governed = request,
            ResultsFolder = Path.Combine(settings.OutputDir, "test-results", settings.RunId),
            Environment = Host.Environment,
            Live = screen,
            Redactor = redactor,
        };
        screen.WriteLine(redactor.Redact($"Run: dotnet {string.Join(' ', launched.Arguments)}"));
        report = report with { Launch = await tools.Launch(launched, cancellationToken) };
        FinishDeadRun();
        cancellationToken.ThrowIfCancellationRequested();
    }

    // The test process may still be closing its run, or have died.
    private void FinishDeadRun()
    {
        try
        {
            if (File.Exists(folder.Manifest) && !RunStatuses.IsFinal(ManifestHeader.Read(folder.Manifest).Status))
            {
                RunEnding.Print(folder, screen);
            }
        }
        catch (Exception e) when (IsTrouble(e))
        {
            // A manifest that cannot be read: collecting says so.
        }
    }

    private bool Collect(CancellationToken cancellationToken)
    {
        if (!HasRecords(cancellationToken))
        {
            Fail(GovernedExitCodes.LaunchFailed, new(
                GateReasons.LaunchFailedNoRecords,
                $"dotnet test ended with {report.Launch?.ExitCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no exit code"} and left no record.",
                "Read what it printed above, or launch in the report; correct what it names, and run again."));
            return false;
        }

        return Derive(CollectCommand.CollectFailed, GateReasons.CollectFailed, "collected", () => RunCollector.Collect(folder, cancellationToken))
            && Derive(SummarizeCommand.SummarizeFailed, GateReasons.SummarizeFailed, "summarized", () => RunSummarizer.Summarize(folder, cancellationToken));
    }

    private bool HasRecords(CancellationToken cancellationToken)
    {
        try
        {
            return Directory.Exists(folder.Raw) && RunReader.RecordedJobs(folder, withCancelled: true, cancellationToken).Count > 0;
        }
        catch (Exception e) when (IsTrouble(e))
        {
            // Collecting says why.
            return Directory.EnumerateFiles(folder.Raw, "*__*.json").Any();
        }
    }

    private bool Derive(int code, string reason, string done, Func<RunSummary> work)
    {
        try
        {
            summary = work();
            return true;
        }
        catch (Exception e) when (IsTrouble(e))
        {
            Fail(code, new(reason, $"The run could not be {done}: {e.Message}", $"Correct what keeps '{folder.Root}' from being read and written, then run 'dotnet bench collect' and 'dotnet bench summarize' on it, and ask 'dotnet bench gate report'."));
            return false;
        }
    }

    // For the models that answered; null when the records do not say.
    private RunSummary? TrySummary()
    {
        try
        {
            return RunSummarizer.Read(folder, CancellationToken.None);
        }
        catch (Exception e) when (IsTrouble(e))
        {
            return null;
        }
    }
}
