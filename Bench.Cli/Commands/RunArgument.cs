using System.CommandLine;
using Bench.Fixtures.Records;

namespace Bench.Cli.Commands;

/// <summary>The run that a command is about: the path of its folder, or its id below the output folder of the settings.</summary>
internal sealed class RunArgument
{
    private readonly Argument<string> run = new("RUN") { Description = "The run's folder, or its id below OutputDir" };
    private readonly SettingsOptions settings = new();

    /// <summary>Adds the argument to a command, with the options that say where runs are.</summary>
    public void AddTo(Command command)
    {
        command.Add(run);
        settings.AddTo(command);
    }

    /// <summary>The run's folder.</summary>
    /// <exception cref="Fixtures.Failures.BenchUsageException">There is no such run.</exception>
    public RunFolder Find(ParseResult result, CliHost host)
    {
        var named = result.GetRequiredValue(run);
        var path = Path.GetFullPath(named, host.CurrentFolder);

        // A path needs no settings: an old run can be read where no bench.json is.
        return Directory.Exists(path)
            ? RunFolder.Find(path, host.CurrentFolder)
            : RunFolder.Find(RunFolder.IsId(named) ? named : path, settings.Read(result, host).OutputDir);
    }
}
