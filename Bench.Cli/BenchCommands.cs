using System.CommandLine;
using Bench.Cli.Commands;
using Bench.Cli.Governed;
using Bench.Cli.Preflight;

namespace Bench.Cli;

/// <summary>The commands of <c>dotnet bench</c>.</summary>
internal static class BenchCommands
{
    /// <summary>All of them. Each has a file of its own in Commands, with a static Create(); a new one is added to this list.</summary>
    public static Command[] All(CliHost host)
    {
        var probes = LaneTrial.Probes(host.Environment, host.TimeProvider);
        var governed = new GovernedTools(host, probes, DotnetTestLaunch.RunAsync);
        return
        [
            PlanCommand.Create(host),
            PreflightCommand.Create(host, probes),
            CollectCommand.Create(host),
            SummarizeCommand.Create(host),
            ShowCommand.Create(host),
            GateCommand.Create(host),
            SoakCommand.Create(host, probes),
            DispatchCommand.Create(host, probes),
            GovernedCommand.Create(governed),
            ProgressiveCommand.Create(governed),
            RedactCommand.Create(host),
            SelfMeasureCommand.Create(host),
        ];
    }
}
