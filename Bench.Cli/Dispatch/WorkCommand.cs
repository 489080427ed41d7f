using System.CommandLine;
using Bench.Fixtures.Dispatches;

namespace Bench.Cli.Dispatch;

/// <summary>The hidden subcommand that a worker is.</summary>
internal static class WorkCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliHost host)
    {
        var folder = new Argument<string>("INSTANCE") { Description = "The folder of the job's instance" };
        var command = new Command(WorkerProgram.Word, "Run a dispatched job; started by Bench itself.") { folder };
        command.Hidden = true;
        command.SetAction(async (result, cancellationToken) =>
        {
            var path = Path.GetFullPath(result.GetRequiredValue(folder), host.CurrentFolder);
            if (!File.Exists(Path.Combine(path, "job.json")))
            {
                throw new BenchUsageException($"'{path}' is no folder of a dispatched job. Start jobs by 'dotnet bench dispatch start'.");
            }

            if (DispatchStore.Claim(DispatchStore.InstanceAt(path)) is not { } entry)
            {
                host.Error.WriteLine("The job is over, or another worker has it.");
                return ExitCodes.Failed;
            }

            using var worker = new DispatchWorker(entry, host);
            return await worker.RunAsync(cancellationToken);
        });
        return command;
    }
}
