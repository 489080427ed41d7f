using Bench.Fixtures.Gates;

namespace Bench.Fixtures.Tests.Gates;

/// <summary>Real git repositories below a test's own folder.</summary>
internal sealed class GitLab : IDisposable
{
    private readonly TestFolder folder = new();

    /// <summary>The work tree of the first repository; empty until <see cref="InitAsync"/>.</summary>
    public string Main => folder.At("main");

    /// <summary>The tests' own PATH.</summary>
    public static string SearchPath => Environment.GetEnvironmentVariable("PATH")!;

    public string At(string name) => folder.At(name);

    public string Write(string relativePath, string text) => folder.Write(relativePath, text);

    /// <summary>Skips a test about this repository where its files lie without its commits, as from an archive.</summary>
    public static async Task NeedThisRepositoryAsync()
    {
        var head = await new GitCli(TestFolder.RepositoryRoot, SearchPath, TimeProvider.System).RunAsync(TestContext.Current.CancellationToken, "rev-parse", "HEAD");
        Assert.SkipUnless(head.ExitCode == 0, $"Needs this repository's commits: {head.Error}");
    }

    /// <summary>Git as a gate asks it.</summary>
    public GitCli Cli(string? name = null) => new(At(name ?? "main"), SearchPath, TimeProvider.System);

    /// <summary>A repository with the branch main and no commit.</summary>
    public async Task<GitLab> InitAsync()
    {
        Directory.CreateDirectory(Main);
        await GitAsync("main", "init", "--quiet", "-b", "main");
        return this;
    }

    /// <summary>Runs git in a folder of the lab; fails the test when git does.</summary>
    public async Task<string> GitAsync(string name, params string[] arguments)
    {
        var answer = await Cli(name).RunAsync(
            TestContext.Current.CancellationToken,
            ["-c", "user.name=Tester", "-c", "user.email=tester@localhost", "-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0", .. arguments]);
        Assert.True(answer.ExitCode == 0, $"git {string.Join(' ', arguments)}: {answer.Error}");
        return answer.Output.Trim();
    }

    /// <summary>Writes a file and commits it; returns the commit's hash.</summary>
    public async Task<string> CommitAsync(string path, string text = "text\n", string name = "main")
    {
        Write(Path.Combine(name, path), text);
        await GitAsync(name, "add", "--all", "--", path);
        await GitAsync(name, "commit", "--quiet", "-m", path);
        return await GitAsync(name, "rev-parse", "HEAD");
    }

    /// <summary>A clone of the last commits, as CI makes it.</summary>
    public async Task CloneShallowAsync(string name, params string[] options)
    {
        await GitAsync("", ["clone", "--quiet", "--depth", "1", .. options, new Uri(Main).AbsoluteUri, At(name)]);
    }

    public void Dispose() => folder.Dispose();
}
