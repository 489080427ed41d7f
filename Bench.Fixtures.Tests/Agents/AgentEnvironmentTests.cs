using Bench.Fixtures.Agents;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Agents;

public sealed class AgentEnvironmentTests
{
    private static readonly AgentDirectories Directories = new("/j/work", "/j/home", "/j/home/c", "/j/home/d", "/j/home/k", "/j/home/s", "/j/tmp");

    [Fact]
    public void Nothing_is_in_it_but_the_allow_list_and_the_marks()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows programs need more.");

        var environment = AgentEnvironment.Of(Directories, ProcessMarks.Of(new RunMark("run", "7.8.1"), "job", 1), name => name == "PATH" ? "/opt/bin:/bin" : "leaked");

        Snapshot.Match(string.Join('\n', environment.Where(pair => pair.Key != "SHELL").Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal)));
        Assert.Contains(environment["SHELL"], (string[])["/bin/bash", "/bin/sh"]);
    }

    [Fact]
    public void Without_a_search_path_the_systems_own_is_used()
    {
        var environment = AgentEnvironment.Of(Directories, new Dictionary<string, string>(), _ => null);

        Assert.Equal("/usr/local/bin:/usr/bin:/bin", environment["PATH"]);
    }
}
