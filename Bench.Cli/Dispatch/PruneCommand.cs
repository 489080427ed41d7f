using System.CommandLine;
using System.Globalization;
using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Settings;

namespace Bench.Cli.Dispatch;

/// <summary><c>dotnet bench dispatch prune</c>: deletes the folders of jobs that are over.</summary>
internal static class PruneCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliHost host)
    {
        var olderThan = new Option<string?>("--older-than") { Description = "Only those that ended at least so long ago, e.g. 30m, 24h; all when not given", HelpName = "TIME" };
        var options = new DispatchOptions();
        var command = new Command("prune", """
            Delete the folders of jobs that are over, earlier instances too; jobs whose worker died get their outcome first. Queued jobs and those in flight stay. Exit code 0, or 1 when something could not be deleted.

            Example:
              dotnet bench dispatch prune --older-than 24h --json
            """) { olderThan };
        options.AddTo(command);
        DispatchOptions.SetAction(command, host, async (result, _) =>
        {
            var age = AgeOf(result.GetValue(olderThan));
            var pruning = await options.Open(result, host).Store.PruneAsync(age);
            if (result.GetValue(CommandLine.Json))
            {
                CliJson.Write(host.Output, new Document(1, pruning.Removed, pruning.Settled, pruning.Kept, pruning.Leftovers));
            }
            else
            {
                Print(pruning, host);
            }

            return pruning.Leftovers.Count == 0 ? ExitCodes.Ok : ExitCodes.Failed;
        });
        return command;
    }

    private static TimeSpan AgeOf(string? text) => text is null ? TimeSpan.Zero : DurationText.TryParse(text)
        ?? throw new BenchUsageException($"--older-than is '{text}', but must be a duration such as '30m', '24h' or '3600'.");

    private static void Print(DispatchPruning pruning, CliHost host)
    {
        foreach (var id in pruning.Settled)
        {
            host.Output.WriteLine($"closed {id}: its worker had died");
        }

        foreach (var id in pruning.Removed)
        {
            host.Output.WriteLine($"removed {id}");
        }

        host.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{pruning.Removed.Count} removed, {pruning.Kept.Count} kept."));
        foreach (var leftover in pruning.Leftovers)
        {
            host.Error.WriteLine(leftover);
        }
    }

    private sealed record Document(
        int SchemaVersion, IReadOnlyList<string> Removed, IReadOnlyList<string> Settled, IReadOnlyList<string> Kept, IReadOnlyList<string> Leftovers);
}
