using System.CommandLine;
using Bench.Fixtures;

namespace Bench.Cli.Commands;

/// <summary><c>dotnet bench plan</c>: what would run. Starts nothing and writes nothing.</summary>
internal static class PlanCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliHost host)
    {
        var options = new SettingsOptions();
        var command = new Command("plan", "Show what would run: jobs in order, lanes with their models, settings with their sources. Nothing is started.");
        options.AddTo(command);
        command.SetAction(result =>
        {
            options.SayWhenNoneIsFound(result, host);
            var inputs = options.ReadInputs(result, host);
            RunChecks.Refuse(inputs, inputs.Plan);
            var report = PlanReport.Of(inputs.Prompts, inputs.Settings, inputs.Plan);
            if (result.GetValue(CommandLine.Json))
            {
                CliJson.Write(host.Output, report);
            }
            else
            {
                report.WriteTo(host.Console());
            }

            return ExitCodes.Ok;
        });
        return command;
    }
}
