using System.CommandLine;
using System.Globalization;
using Bench.Fixtures.Dispatches;

namespace Bench.Cli.Dispatch;

/// <summary><c>dotnet bench dispatch check</c>: how one job stands, with an exit code for scripts.</summary>
internal static class CheckCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliHost host)
    {
        var beads = DispatchOptions.Beads();
        var stall = new Option<double?>("--stall-minutes") { Description = "Without any progress for so long the job is stalled; Dispatch:Stall when not given", HelpName = "N" };
        var options = new DispatchOptions();
        var command = new Command("check", """
            How a job stands. Exit code 0 well or over with success, 1 no such job, 2 stalled, 3 over without success, 23 nothing done since its start.

            Examples:
              dotnet bench dispatch check --beads bd-1
              dotnet bench dispatch check --beads bd-1 --stall-minutes 5 --json
            """) { beads, stall };
        options.AddTo(command);
        DispatchOptions.SetAction(command, host, (result, _) =>
        {
            var (settings, store) = options.Open(result, host);
            var limit = result.GetValue(stall) is { } minutes ? MinutesOf(minutes) : settings.Stall;
            var check = CheckOf(store, result.GetRequiredValue(beads), limit, host);
            if (result.GetValue(CommandLine.Json))
            {
                CliJson.Write(host.Output, check);
            }
            else
            {
                host.Output.WriteLine(LineOf(check));
                host.Output.WriteLine($"Next: {check.NextAction}");
            }

            return Task.FromResult(check.ExitCode);
        });
        return command;
    }

    private static DispatchCheck CheckOf(DispatchStore store, string beads, TimeSpan stall, CliHost host) => store.Find(beads) is { } found
        ? DispatchCheck.Of(found.Entry, found.QueuePosition, host.TimeProvider.GetUtcNow(), stall)
        : DispatchCheck.OfMissing(beads);

    private static TimeSpan MinutesOf(double minutes) => minutes is > 0 and <= 24 * 60
        ? TimeSpan.FromMinutes(minutes)
        : throw new BenchUsageException(string.Create(CultureInfo.InvariantCulture, $"--stall-minutes is '{minutes}', but must be above 0 and at most 1440."));

    private static string LineOf(DispatchCheck check)
    {
        var where = check.Provider is null ? "" : $" on {check.Provider}";
        var place = check.QueuePosition is { } position ? FormattableString.Invariant($", place {position}") : "";
        var details = check.Details is null ? "" : $": {check.Details}";
        return $"{check.Beads}{where}: {check.State} ({check.ReasonCode}){place}{details}";
    }
}
