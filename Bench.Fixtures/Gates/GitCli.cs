using System.Text;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Gates;

/// <summary>What git answered.</summary>
/// <param name="ExitCode">Null when a signal ended it.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error, without the line end.</param>
internal sealed record GitAnswer(int? ExitCode, string Output, string Error);

/// <summary>
/// The git command line in one folder. It takes no lock, asks nobody, and sees history as it is, without replacements and grafts; of the
/// caller's environment only PATH and home reach it, so that no <c>GIT_DIR</c> leads it elsewhere.
/// </summary>
public sealed class GitCli
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string searchPath;
    private readonly TimeProvider clock;

    /// <summary>Git in a folder.</summary>
    /// <param name="folder">The absolute path of a folder, which need not exist.</param>
    /// <param name="searchPath">The value of PATH; null when it is not set.</param>
    /// <param name="clock">Bounds how long git may take.</param>
    public GitCli(string folder, string? searchPath, TimeProvider clock)
    {
        Folder = folder;
        this.searchPath = searchPath ?? "";
        this.clock = clock;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The same git in another folder.</summary>
    internal GitCli In(string folder) => new(folder, searchPath, clock);

    /// <summary>Runs one command.</summary>
    /// <exception cref="GitException">Git is not installed, cannot be started or does not end.</exception>
    internal async Task<GitAnswer> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        try
        {
            await using var process = AgentProcess.Start(SpecOf(arguments, output, error), observer: null, clock);
            var exit = await process.Completion.WaitAsync(Limit, clock, cancellationToken);
            return new GitAnswer(exit.ExitCode, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()).Trim());
        }
        catch (ProcessStartException e)
        {
            throw new GitException(GateReasons.GitFailed, e.Message, "Correct what keeps git from starting.", e);
        }
        catch (TimeoutException e)
        {
            throw new GitException(
                GateReasons.GitFailed,
                FormattableString.Invariant($"'git {string.Join(' ', arguments)}' did not end within {Limit.TotalSeconds:0} s in '{Folder}'."),
                "Run it by hand and see what it waits for.",
                e);
        }
    }

    /// <summary>What a command that git refused means; null when it says nothing that a person could do something about.</summary>
    internal GitException? RefusalOf(GitAnswer answer) =>
        answer.Error.Contains("not a git repository", StringComparison.Ordinal)
            ? new GitException(GateReasons.NotAGitRepo, $"'{Folder}' is in no git repository.", "Name a folder of the repository's work tree.")
        : answer.Error.Contains("dubious ownership", StringComparison.Ordinal)
            ? new GitException(
                GateReasons.GitForeignOwner,
                $"'{Folder}' belongs to another user, and git refuses to read such a repository; it is not damaged.",
                $"Run as its owner, or trust it: git config --global --add safe.directory '{Folder}'")
        : null;

    private ProcessSpec SpecOf(string[] arguments, Stream output, Stream error) => new()
    {
        FileName = Find(),

        // The file system monitor would leave a daemon behind, or run a hook of the repository.
        Arguments = ["--no-replace-objects", "-c", "core.fsmonitor=false", .. arguments],
        WorkingDirectory = Folder,
        Environment = new Dictionary<string, string>
        {
            ["PATH"] = searchPath,
            ["HOME"] = System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile),
            ["LC_ALL"] = "C",
            ["GIT_OPTIONAL_LOCKS"] = "0",
            ["GIT_TERMINAL_PROMPT"] = "0",

            // No such file: an empty one would be warned about.
            ["GIT_GRAFT_FILE"] = "/dev/null/none",
        },
        StdoutLog = output,
        StderrLog = error,
    };

    private string Find()
    {
        var name = OperatingSystem.IsWindows() ? "git.exe" : "git";
        return searchPath.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists)
            ?? throw new GitException(GateReasons.GitNotFound, $"There is no git in PATH ('{searchPath}').", "Install git, or put its folder into PATH.");
    }
}
