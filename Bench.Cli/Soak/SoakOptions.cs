using System.CommandLine;

namespace Bench.Cli.Soak;

/// <summary>The options of <c>dotnet bench soak</c>: the original's names for settings. What is wrong with a value is for the settings to say.</summary>
internal sealed class SoakOptions
{
    /// <summary>Makes the run a soak where nothing else says how many rounds.</summary>
    public static readonly IReadOnlyDictionary<string, string> Defaults = new Dictionary<string, string> { ["Soak:Rounds"] = "2" };

    private readonly Option<bool> dryRun = new("--dry-run") { Description = "No process at all: jobs are made up, and pass" };

    private readonly (Option<string> Option, string Key, bool IsPath)[] others =
    [
        (new("--rounds") { Description = "Clean rounds in a row that are required (default: 2)", HelpName = "N" }, "Soak:Rounds", false),
        (new("--max-rounds") { Description = "The most rounds that are tried; as many as --rounds when not given", HelpName = "N" }, "Soak:MaxRounds", false),
        (new("--parallel") { Description = "Jobs in flight at once (default: 6)", HelpName = "N" }, "Parallel", false),
        (new("--timeout-sec") { Description = "Limit of a job, in seconds (default: 300)", HelpName = "N" }, "Timeout", false),
        (new("--worktree") { Description = "A git work tree in which the agents work; without it each attempt has an empty one of its own", HelpName = "PATH" }, "WorkTree", true),
        (new("--run-id") { Description = "The run's id (default: soak-<UTC time>)", HelpName = "ID" }, "RunId", false),
        (new("--output-dir") { Description = "Holds the artifacts and the run folders (default: artifacts/multi-provider-soak)", HelpName = "PATH" }, "OutputDir", true),
    ];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(dryRun);
        foreach (var (option, _, _) in others)
        {
            command.Add(option);
        }
    }

    /// <summary>The settings that were given. Paths start from the current folder, as everywhere on a command line.</summary>
    public IReadOnlyList<GivenOption> Given(ParseResult result, CliHost host)
    {
        var given = new List<GivenOption>();
        if (result.GetValue(dryRun))
        {
            given.Add(new("Profile", "dry-run", dryRun.Name));
        }

        foreach (var (option, key, isPath) in others)
        {
            if (result.GetValue(option) is { } value)
            {
                given.Add(new(key, isPath ? Path.GetFullPath(value, host.CurrentFolder) : value, option.Name));
            }
        }

        return given;
    }
}
