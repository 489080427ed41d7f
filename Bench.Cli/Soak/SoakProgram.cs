using Bench.Cli.Preflight;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Records;
using Bench.Fixtures.Reporting;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Workflows.DxRunner;

namespace Bench.Cli.Soak;

/// <summary>One soak in this process: preflight of every lane, the rounds of an ordinary run with a screen, the verdict.</summary>
/// <param name="host">The world around it.</param>
/// <param name="probes">The real tries of preflight, by workflow id.</param>
/// <param name="isJson">Print the report as the one JSON document, and no screen.</param>
internal sealed class SoakProgram(CliHost host, IReadOnlyDictionary<string, LaneProbe> probes, bool isJson)
{
    private const string NotBegun = "The soak was not begun: no job was run.";

    private GitHubReport GitHub => new(name => host.Environment.GetValueOrDefault(name), isJson ? host.Error : host.Output);

    /// <summary>Runs it to its exit code.</summary>
    public async Task<int> RunAsync(BenchSettings settings, CancellationToken cancellationToken)
    {
        var inputs = BenchInputs.Of(settings, PromptSetReader.Read(settings.PromptsFile), host.Environment);
        if (!await IsReadyAsync(settings, cancellationToken))
        {
            return ExitCodes.PreflightFailed;
        }

        IReadOnlyList<string> problems;
        RunFolder folder;
        await using (var run = await BenchRun.OpenAsync(inputs, [.. inputs.Plan.Jobs.Select(job => job.JobId)], host.TimeProvider, cancellationToken))
        {
            folder = new RunFolder(run.Folder);
            run.Start();
            await FollowAsync(run.Soak!, settings.Soak!.MaxRounds);
            problems = await run.CloseAsync();
        }

        foreach (var problem in problems)
        {
            host.Error.WriteLine(problem);
        }

        return End(folder, problems.Count == 0, cancellationToken.IsCancellationRequested);
    }

    private async Task<bool> IsReadyAsync(BenchSettings settings, CancellationToken cancellationToken)
    {
        var report = settings is { Soak.Dispatcher: { } dispatcher, Profile: not Profile.DryRun }
            ? await DispatchedPreflight.CheckAsync(new DxRunnerCli(dispatcher, host.Environment, host.TimeProvider), settings, cancellationToken)
            : await new LanePreflight(new AgentLocator(settings.Agents, host.Environment.GetValueOrDefault("PATH")), probes).CheckAsync(settings, cancellationToken);
        if (report.Passed)
        {
            return true;
        }

        if (isJson)
        {
            CliJson.Write(host.Output, report);
        }
        else
        {
            PreflightText.Write(report, host.Console());
            host.Output.WriteLine(NotBegun);
        }

        var problems = string.Join('\n', PreflightText.Problems(report));
        GitHub.WriteError("soak: preflight_failed", problems);
        GitHub.AddToSummary($"### Soak: preflight failed\n\n{NotBegun}\n\n```text\n{problems}\n```\n");
        return false;
    }

    private async Task FollowAsync(SoakRounds soak, int most)
    {
        if (soak.Report is { } first)
        {
            Show(SoakText.Header(first));
        }

        for (var round = 1; round <= most; round++)
        {
            await soak.RoundAsync(round);
            if (soak.Report is { } report)
            {
                Show(SoakText.Round(report, report.Rounds[round - 1]));
            }
        }

        await soak.DecidedAsync();
    }

    private int End(RunFolder folder, bool isWhole, bool isCancelled)
    {
        var report = Final(folder);
        if (report is not null)
        {
            if (isJson)
            {
                host.Output.Write(System.Text.Encoding.UTF8.GetString(SoakArtifacts.Serialize(report)));
            }

            Show(SoakText.Ending(report, Shown(SoakArtifacts.JsonPath(folder)), Shown(SoakArtifacts.MarkdownPath(folder))));
            GitHub.Write(folder, SoakArtifacts.MarkdownPath(folder), folder.SummaryMarkdown);
        }

        return isCancelled ? ExitCodes.Cancelled : isWhole && report is { Passed: true } ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private SoakReport? Final(RunFolder folder)
    {
        try
        {
            return SoakArtifacts.Refresh(folder, CancellationToken.None);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            host.Error.WriteLine($"The soak's artifacts could not be written: {problem.Message} Make room or correct the rights of the folder, then run `dotnet bench collect {folder.Root}`.");
            return null;
        }
    }

    private void Show(string text)
    {
        if (!isJson)
        {
            host.Output.Write(text);
            host.Output.Flush();
        }
    }

    // As the original prints it, where the artifacts are below the current folder.
    private string Shown(string path) => Path.GetRelativePath(host.CurrentFolder, path) is var relative && !relative.StartsWith("..", StringComparison.Ordinal) ? relative : path;
}
