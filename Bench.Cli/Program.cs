using Bench.Cli;
using Bench.Cli.Commands;
using Bench.Cli.Governed;
using Bench.Cli.Preflight;

var host = CliHost.OfProcess();
var governed = new GovernedTools(host, LaneTrial.Probes(host.Environment, host.TimeProvider), DotnetTestLaunch.RunAsync);

// Each command has a file of its own in Commands, with a static Create(); a new one is added to this list.
return await CommandLine.RunAsync(
    args,
    host,
    PlanCommand.Create(host),
    PreflightCommand.Create(host, LaneTrial.Probes(host.Environment, host.TimeProvider)),
    CollectCommand.Create(host),
    SummarizeCommand.Create(host),
    ShowCommand.Create(host),
    GateCommand.Create(host),
    SoakCommand.Create(host, LaneTrial.Probes(host.Environment, host.TimeProvider)),
    DispatchCommand.Create(host, LaneTrial.Probes(host.Environment, host.TimeProvider)),
    GovernedCommand.Create(governed),
    ProgressiveCommand.Create(governed),
    SelfMeasureCommand.Create(host));
