using System.CommandLine;
using Bench.Cli.Preflight;
using Bench.Fixtures.Agents;

namespace Bench.Cli.Commands;

/// <summary><c>dotnet bench preflight</c>: whether every lane is ready; exit code 0 or 1.</summary>
internal static class PreflightCommand
{
    /// <summary>The command.</summary>
    /// <param name="host">The world around it.</param>
    /// <param name="probes">The real tries, by workflow id; a lane without one is checked as far as agent, version and settings.</param>
    public static Command Create(CliHost host, IReadOnlyDictionary<string, LaneProbe>? probes = null)
    {
        var options = new SettingsOptions();
        var command = new Command("preflight", "Check whether every lane is ready: agent found, version, hash, model. Ends with 0 when all are, else with 1.");
        options.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var settings = options.Read(result, host);
            var locator = new AgentLocator(settings.Agents, host.Environment.GetValueOrDefault("PATH"));
            var report = await new LanePreflight(locator, probes ?? new Dictionary<string, LaneProbe>()).CheckAsync(settings, cancellationToken);
            if (result.GetValue(CommandLine.Json))
            {
                CliJson.Write(host.Output, report);
            }
            else
            {
                PreflightText.Write(report, host.Console());
            }

            return report.Passed ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }
}
