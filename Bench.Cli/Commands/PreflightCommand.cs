using System.CommandLine;
using Bench.Cli.Preflight;
using Bench.Fixtures;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Settings;

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
            options.SayWhenNoneIsFound(result, host);
            var inputs = options.ReadInputs(result, host);
            RunChecks.Refuse(inputs, inputs.Plan);
            return await RunAsync(host, inputs.Settings, probes ?? new Dictionary<string, LaneProbe>(), result.GetValue(CommandLine.Json), cancellationToken);
        });
        return command;
    }

    /// <summary>Checks the lanes of the settings and prints the report; the exit code.</summary>
    public static async Task<int> RunAsync(CliHost host, BenchSettings settings, IReadOnlyDictionary<string, LaneProbe> probes, bool isJson, CancellationToken cancellationToken)
    {
        var report = await ReportAsync(host, settings, probes, cancellationToken, isJson ? null : lane => host.Output.WriteLine(PreflightText.Line(lane)));
        if (isJson)
        {
            CliJson.Write(host.Output, report);
        }
        else
        {
            PreflightText.Write(report, host.Console());
        }

        return report.Passed ? ExitCodes.Ok : ExitCodes.Failed;
    }

    /// <summary>Checks the lanes of the settings.</summary>
    public static Task<PreflightReport> ReportAsync(CliHost host, BenchSettings settings, IReadOnlyDictionary<string, LaneProbe> probes, CancellationToken cancellationToken, Action<PreflightLane>? seen = null) =>
        new LanePreflight(new AgentLocator(settings.Agents, host.Environment.GetValueOrDefault("PATH")), probes).CheckAsync(settings, cancellationToken, seen);
}
