using System.CommandLine;
using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Settings;

namespace Bench.Cli.Dispatch;

/// <summary>What the subcommands of <c>dispatch</c> share: the job's id, the settings, the store.</summary>
internal sealed class DispatchOptions
{
    private readonly SettingsOptions settings = new();

    /// <summary>The job.</summary>
    public static Option<string> Beads() => new("--beads") { Description = "The job's id: letters, digits, '.', '_', '-'", HelpName = "ID", Required = true };

    /// <summary>Adds the settings' options to a command.</summary>
    public void AddTo(Command command) => settings.AddTo(command);

    /// <summary>The folder with <c>bench.json</c>.</summary>
    public string ProjectOf(ParseResult result, CliHost host) => settings.ProjectOf(result, host);

    /// <summary>Reads the settings.</summary>
    /// <exception cref="BenchUsageException">They have faults; names all.</exception>
    public BenchSettings Read(ParseResult result, CliHost host, IReadOnlyList<GivenOption>? own = null) => settings.Read(result, host, own);

    /// <summary>Runs a command; a folder of jobs that cannot be read or written ends it with a message and the exit code 1.</summary>
    public static void SetAction(Command command, CliHost host, Func<ParseResult, CancellationToken, Task<int>> run) => command.SetAction(async (result, cancellationToken) =>
    {
        try
        {
            return await run(result, cancellationToken);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            host.Error.WriteLine($"The jobs' folder (Dispatch:Dir) cannot be used: {problem.Message} Correct its rights, make room, or name another by --set Dispatch:Dir=<folder>.");
            return DispatchExitCodes.Failed;
        }
    });

    /// <summary>The settings and the jobs of a command that asks no model.</summary>
    /// <exception cref="BenchUsageException">The settings have faults; names all.</exception>
    public (DispatchSettings Settings, DispatchStore Store) Open(ParseResult result, CliHost host)
    {
        var dispatch = settings.Read(result, host, asksModels: false).Dispatch;
        return (dispatch, WorkerProgram.StoreOf(dispatch, host));
    }
}
