using System.CommandLine;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Records;

namespace Bench.Cli.Commands;

/// <summary>
/// The run that a command is about: the path of its folder, its id below the output folder of the settings, or its <c>collected/results.json</c>.
/// The options of the original harness name it too.
/// </summary>
internal sealed class RunArgument
{
    private readonly Argument<string?> run = new("RUN") { Description = "The run's folder, its id below OutputDir, or its collected/results.json", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> runDir = new("--run-dir") { Description = "The same as RUN, as the original harness spelled it", HelpName = "FOLDER" };
    private readonly Option<string?> resultsJson = new("--results-json") { Description = "The same as RUN, by the results.json in the run's folder", HelpName = "FILE" };
    private readonly SettingsOptions settings = new();

    /// <summary>Adds the argument to a command, with the options that say where runs are.</summary>
    public void AddTo(Command command)
    {
        command.Add(run);
        command.Add(runDir);
        command.Add(resultsJson);
        settings.AddTo(command);
    }

    /// <summary>The run's folder.</summary>
    /// <exception cref="BenchUsageException">There is no such run, none is named, or more than one is.</exception>
    public RunFolder Find(ParseResult result, CliHost host)
    {
        var named = FolderOf(NamedIn(result), host);
        var path = Path.GetFullPath(named, host.CurrentFolder);

        // A path needs no settings: an old run can be read where no bench.json is. What is wrong with those that there are is refused all the same.
        var isPath = Directory.Exists(path);
        var read = settings.Read(result, host, asksModels: false, needsProject: !isPath);
        return isPath ? RunFolder.Find(path, host.CurrentFolder) : RunFolder.Find(RunFolder.IsId(named) ? named : path, read.OutputDir);
    }

    private string NamedIn(ParseResult result)
    {
        string[] names = [.. new[] { result.GetValue(run), result.GetValue(runDir), result.GetValue(resultsJson) }.OfType<string>()];
        return names switch
        {
            [var one] => one,
            [] => throw new BenchUsageException("No run is named. Name its folder, or its id below OutputDir, e.g. 'dotnet bench collect <run>'."),
            _ => throw new BenchUsageException($"The run is named {names.Length} times: '{string.Join("', '", names)}'. Name it once, as RUN, by --run-dir or by --results-json."),
        };
    }

    /// <summary>A results.json stands for the run whose <c>collected/</c> it is in; what is derived comes from the records beside that.</summary>
    private static string FolderOf(string named, CliHost host)
    {
        var path = Path.GetFullPath(named, host.CurrentFolder);
        if (!named.EndsWith(".json", StringComparison.Ordinal) || !File.Exists(path))
        {
            return named;
        }

        var folder = Path.GetDirectoryName(path)!;
        var root = Path.GetFileName(folder) == "collected" ? Path.GetDirectoryName(folder)! : folder;
        return Directory.Exists(new RunFolder(root).Raw)
            ? root
            : throw new BenchUsageException($"'{named}' is in no run's folder: there is no '{new RunFolder(root).Raw}' with the records. Name the folder of the run.");
    }
}
