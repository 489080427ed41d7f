using System.CommandLine;
using Bench.Fixtures.Dispatches;

namespace Bench.Cli.Dispatch;

/// <summary><c>dotnet bench dispatch stop</c>: ends a job; when it returns no process of the job is left.</summary>
internal static class StopCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliHost host)
    {
        var beads = DispatchOptions.Beads();
        var options = new DispatchOptions();
        var command = new Command("stop", """
            End a job, queued or in flight; its record says cancelled. A job that is over stays as it is. Exit code 0, or 1 when there is no such job or it still runs.

            Example:
              dotnet bench dispatch stop --beads bd-1
            """) { beads };
        options.AddTo(command);
        DispatchOptions.SetAction(command, host, async (result, cancellationToken) =>
        {
            var (settings, store) = options.Open(result, host);
            var isJson = result.GetValue(CommandLine.Json);
            var id = result.GetRequiredValue(beads);
            if (await store.StopAsync(id, cancellationToken) is not { } entry)
            {
                return MissingJob.Report(host, id, isJson);
            }

            var check = DispatchCheck.Of(entry, null, host.TimeProvider.GetUtcNow(), settings.Stall);
            if (isJson)
            {
                CliJson.Write(host.Output, check);
            }
            else
            {
                host.Output.WriteLine($"{id} on {check.Provider}: {check.State} ({check.ReasonCode})");
            }

            if (entry.Outcome is null)
            {
                host.Error.WriteLine($"{id} runs on {entry.Job.Host}: it was asked to end there. Check it again.");
            }

            return entry.Outcome is null ? ExitCodes.Failed : ExitCodes.Ok;
        });
        return command;
    }
}
