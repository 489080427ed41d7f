using System.CommandLine;
using System.CommandLine.Help;
using Bench.Cli.Dispatch;
using Bench.Cli.Preflight;
using Bench.Fixtures.Dispatches;

namespace Bench.Cli.Commands;

/// <summary><c>dotnet bench dispatch</c>: jobs for one provider each, detached from whoever starts them. See docs/dispatch.md.</summary>
internal static class DispatchCommand
{
    /// <summary>The command.</summary>
    /// <param name="host">The world around it.</param>
    /// <param name="probes">The real tries of <c>dispatch preflight</c>, by workflow id.</param>
    public static Command Create(CliHost host, IReadOnlyDictionary<string, LaneProbe> probes)
    {
        var command = new Command("dispatch", "Delegate single jobs to opencode, cc-glm or gemini: detached, bounded per provider, watched, recorded as every run is.")
        {
            StartCommand.Create(host),
            CheckCommand.Create(host),
            ReportCommand.Create(host),
            StatusCommand.Create(host),
            StopCommand.Create(host),
            LogsCommand.Create(host),
            Preflight(host, probes),
            PruneCommand.Create(host),
            WorkCommand.Create(host),
        };
        command.SetAction(result => new HelpAction().Invoke(result));
        return command;
    }

    private static Command Preflight(CliHost host, IReadOnlyDictionary<string, LaneProbe> probes)
    {
        var provider = new Option<string?>("--provider") { Description = $"This provider only: {string.Join(", ", DispatchProviders.All)}", HelpName = "NAME" };
        var options = new DispatchOptions();
        var command = new Command("preflight", "Try every provider's lane, or one's, by a real small prompt. Exit code 0, or 1 when one is not ready.") { provider };
        options.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            if (result.GetValue(provider) is { } named && DispatchProviders.WorkflowOf(named) is null)
            {
                throw new BenchUsageException(DispatchProviders.Unknown(named));
            }

            var providers = result.GetValue(provider) is { } only ? [only] : DispatchProviders.All;
            var workflows = string.Join(',', providers.Select(id => DispatchProviders.WorkflowOf(id)!.Id));
            var settings = options.Read(result, host, [new GivenOption("Workflows", workflows, "--provider")]);
            return await PreflightCommand.RunAsync(host, settings, probes, result.GetValue(CommandLine.Json), cancellationToken);
        });
        return command;
    }
}
