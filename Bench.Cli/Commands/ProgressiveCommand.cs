using System.CommandLine;
using Bench.Cli.Gates;
using Bench.Cli.Governed;
using Bench.Fixtures;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Settings;

namespace Bench.Cli.Commands;

/// <summary>
/// <c>dotnet bench progressive</c>: governed runs that grow harder phase by phase. Exit codes: 0 passed, 2 failed, 1 preflight or blocked,
/// 4 to 7 as <c>governed</c>, 64 usage, 130 cancelled.
/// </summary>
internal static class ProgressiveCommand
{
    /// <summary>The command.</summary>
    public static Command Create(GovernedTools tools)
    {
        var phase = new Option<string?>("--phase") { Description = $"The phase to run; the one that is due when not given: {string.Join(", ", ProgressivePhase.All.Select(known => known.Id))}", HelpName = "ID" };
        var all = new Option<bool>("--all") { Description = "Run the phases that are due, one after the other, until one fails" };
        var force = new Option<bool>("--force") { Description = "Run --phase although one before it has not passed; the history says so" };
        var options = new GovernedOptions();
        var command = new Command("progressive", """
            Run the next phase that is due: smoke, six streams, real-coding gate. A phase runs only when the one before it has passed for the same commit.
            Ends with 0 passed, 2 failed, 1 preflight or blocked, 4 baseline, 5 launch, 6 collect, 7 summarize, 64 usage, 130 cancelled.

            Examples:
              dotnet bench progressive --all
              dotnet bench progressive --required-baseline "$(git rev-parse HEAD)" --reported-commit "$(git rev-parse HEAD)" --branch "$(git rev-parse --abbrev-ref HEAD)"
              dotnet bench progressive --phase phase1_smoke
            """) { phase, all, force };
        options.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var problems = new List<string>();
            var named = Named(result.GetValue(phase), result.GetValue(all), result.GetValue(force), problems);
            GovernedRequest RunOf(ProgressivePhase of) => WithStreams(of, options.Read(result, tools.Host, of.Settings(tools.Host.TimeProvider), "progressive", problems) with { MinSuccessRate = of.MinSuccessRate });
            var first = RunOf(named ?? ProgressivePhase.All[0]);
            var redactor = GateOutput.RedactorOf(tools.Host, first.Launch.Inputs.Settings.Live.Values.Select(upstream => upstream.KeyVariable));
            var isJson = result.GetValue(CommandLine.Json);
            var screen = isJson ? tools.Host.Error : tools.Host.Output;
            var outcome = await ProgressiveEngine.RunAsync(
                tools,
                new()
                {
                    Phase = named,
                    All = result.GetValue(all),
                    Force = result.GetValue(force),
                    Revision = options.ReportedCommit(result) ?? "HEAD",
                    Git = tools.Host.GitIn(first.Worktree),
                    Project = first.Launch.Inputs.Settings.WorkTree is null ? tools.Host.GitIn(first.Launch.Project) : null,
                    OutputDir = first.Launch.Inputs.Settings.OutputDir,
                    RunOf = RunOf,
                    Redactor = redactor,
                    IsJson = isJson,
                },
                screen,
                cancellationToken);
            screen.WriteLine(redactor.Redact(outcome.Message));
            screen.WriteLine($"State: {outcome.StateFile}");
            if (isJson)
            {
                using var text = new StringWriter(System.Globalization.CultureInfo.InvariantCulture);
                CliJson.Write(text, outcome);
                tools.Host.Output.Write(redactor.Redact(text.ToString()));
            }

            return outcome.ExitCode;
        });
        return command;
    }

    private static ProgressivePhase? Named(string? id, bool all, bool force, List<string> problems)
    {
        if (id is not null && all)
        {
            problems.Add($"--phase is '{id}' and --all is given: one phase, or all that are due. Give one of the two only.");
        }

        if (force && id is null)
        {
            problems.Add("--force is given without --phase: what is due needs no force. Name the phase by --phase, or leave --force out.");
        }

        var phase = ProgressivePhase.All.FirstOrDefault(known => known.Id == id);
        if (id is not null && phase is null)
        {
            problems.Add($"--phase is '{id}', which does not exist. Known: {string.Join(", ", ProgressivePhase.All.Select(known => $"'{known.Id}'"))}. Correct it, or leave it out to run what is due.");
        }

        return phase;
    }

    // Streams that wait for each other are none.
    private static GovernedRequest WithStreams(ProgressivePhase phase, GovernedRequest request)
    {
        var settings = request.Launch.Inputs.Settings;
        var provider = settings.Model.ProviderOf(WorkflowCatalog.Find(phase.Workflows[0])!);
        var wanted = Math.Min(phase.Parallel, phase.Jobs);
        return settings.ProviderLimits.TryGetValue(provider, out var limit) && limit < wanted
            ? throw new BenchUsageException(FormattableString.Invariant($"ProviderLimits lets {limit} jobs of '{provider}' be in flight, but {phase.Id} means {wanted} at once. Raise the limit, or remove it."))
            : request;
    }
}
