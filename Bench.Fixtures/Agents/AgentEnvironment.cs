namespace Bench.Fixtures.Agents;

/// <summary>
/// The environment that every agent starts with, built from an allow-list: its own folders, the search path, neutral locale and time zone, an isolated git, the marks.
/// Nothing else of Bench's own environment reaches an agent: no key, no proxy, no configuration. Agents add their own variables.
/// </summary>
public static class AgentEnvironment
{
    // What Windows programs need to start at all.
    private static readonly string[] WindowsNames = ["SystemRoot", "ComSpec", "PATHEXT"];

    /// <summary>The environment of a task, with Bench's own search path.</summary>
    public static Dictionary<string, string> Of(AgentTask task) => Of(task.Directories, task.Marks, System.Environment.GetEnvironmentVariable);

    /// <summary>The environment for an attempt's folders.</summary>
    /// <param name="directories">The attempt's folders.</param>
    /// <param name="marks">Variables that mark every process of the job; see <see cref="Processes.ProcessMarks"/>.</param>
    /// <param name="inherited">Looks up a variable of Bench's own environment. Asked for PATH, on Windows also for SystemRoot, ComSpec and PATHEXT.</param>
    public static Dictionary<string, string> Of(
        AgentDirectories directories, IReadOnlyDictionary<string, string> marks, Func<string, string?> inherited)
    {
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = inherited("PATH") ?? "/usr/local/bin:/usr/bin:/bin",
            ["LANG"] = "C.UTF-8",
            ["TERM"] = "xterm-256color",
            ["TZ"] = "UTC",
            ["SHELL"] = File.Exists("/bin/bash") ? "/bin/bash" : "/bin/sh",
            ["HOME"] = directories.Home,
            ["XDG_CONFIG_HOME"] = directories.Config,
            ["XDG_DATA_HOME"] = directories.Data,
            ["XDG_CACHE_HOME"] = directories.Cache,
            ["XDG_STATE_HOME"] = directories.State,
            ["TMPDIR"] = directories.Temp,
        };
        AddGit(environment, directories);
        if (OperatingSystem.IsWindows())
        {
            AddWindows(environment, directories, inherited);
        }

        foreach (var (name, value) in marks)
        {
            environment[name] = value;
        }

        return environment;
    }

    private static void AddGit(Dictionary<string, string> environment, AgentDirectories directories)
    {
        // A file, not /dev/null: git writes settings by renaming, so 'git config --global' as root would replace the device.
        environment["GIT_CONFIG_GLOBAL"] = Path.Combine(directories.Home, ".gitconfig");
        environment["GIT_CONFIG_NOSYSTEM"] = "1";
        environment["GIT_TERMINAL_PROMPT"] = "0";

        // An agent that deletes .git must not find a repository further up, which may be the user's.
        environment["GIT_CEILING_DIRECTORIES"] = Path.GetDirectoryName(directories.Work)!;
    }

    private static void AddWindows(Dictionary<string, string> environment, AgentDirectories directories, Func<string, string?> inherited)
    {
        foreach (var name in WindowsNames)
        {
            if (inherited(name) is { } value)
            {
                environment[name] = value;
            }
        }

        environment["USERPROFILE"] = directories.Home;
        environment["APPDATA"] = directories.Config;
        environment["LOCALAPPDATA"] = directories.Data;
        environment["TEMP"] = directories.Temp;
        environment["TMP"] = directories.Temp;
    }
}
