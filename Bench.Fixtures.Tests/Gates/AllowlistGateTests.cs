using Bench.Fixtures.Gates;

namespace Bench.Fixtures.Tests.Gates;

public sealed class AllowlistGateTests : IDisposable
{
    private readonly GitLab lab = new();

    public void Dispose() => lab.Dispose();

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_untouched_tree_passes_and_an_untracked_file_ends_with_3()
    {
        await lab.InitAsync();
        await lab.CommitAsync("a");

        var untouched = await CheckAsync([]);
        lab.Write("main/new/file.txt", "x");
        var touched = await CheckAsync([]);

        Assert.Equal((true, GateReasons.AllowlistOk, 0), (untouched.Passed, untouched.ReasonCode, untouched.ExitCode));
        Assert.Equal((false, GateReasons.ScopeDriftDetected, 3), (touched.Passed, touched.ReasonCode, touched.ExitCode));
        Assert.Equal(["new/file.txt"], touched.Violations);
        Assert.Contains("'new/file.txt'", touched.Details, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Of_a_renamed_file_both_places_count_staged_or_not()
    {
        await lab.InitAsync();
        await lab.CommitAsync("src/a.txt", "one\ntwo\nthree\n");
        await lab.CommitAsync("src/b.txt", "four\nfive\nsix\n");
        await lab.GitAsync("main", "mv", "src/a.txt", "moved a.txt");
        File.Move(lab.At("main/src/b.txt"), lab.At("main/moved b.txt"));

        var verdict = await CheckAsync(["moved*"]);

        Assert.Equal(["moved a.txt", "moved b.txt", "src/a.txt", "src/b.txt"], verdict.ModifiedFiles);
        Assert.Equal(["src/a.txt", "src/b.txt"], verdict.Violations);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Changed_staged_and_deleted_files_count_and_ignored_ones_do_not()
    {
        await lab.InitAsync();
        await lab.CommitAsync(".gitignore", "*.log\n");
        await lab.CommitAsync("changed");
        await lab.CommitAsync("deleted");
        lab.Write("main/changed", "other text\n");
        lab.Write("main/build.log", "x");
        lab.Write("main/staged", "x");
        await lab.GitAsync("main", "add", "staged");
        File.Delete(lab.At("main/staged"));
        File.Delete(lab.At("main/deleted"));

        var verdict = await CheckAsync([]);

        Assert.Equal(["changed", "deleted", "staged"], verdict.ModifiedFiles);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Names_that_git_would_quote_come_as_they_are()
    {
        string[] names = ["Übersicht 🙂.md", "a \"quoted\" name", "line\nbreak", "tab\there", " leading blank"];
        await lab.InitAsync();
        await lab.CommitAsync("a");
        foreach (var name in names)
        {
            lab.Write(Path.Combine("main", name), "x");
        }

        var verdict = await CheckAsync(["Übersicht*"]);

        Assert.Equal(names.Order(StringComparer.Ordinal), verdict.ModifiedFiles);
        Assert.Equal(names.Skip(1).Order(StringComparer.Ordinal), verdict.Violations);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Line_ends_that_git_converts_and_times_are_no_change()
    {
        await lab.InitAsync();
        await lab.GitAsync("main", "config", "core.autocrlf", "true");
        var before = await lab.CommitAsync("text.txt", "one\ntwo\n");
        File.Delete(lab.At("main/text.txt"));
        await lab.GitAsync("main", "checkout", "--quiet", "--", "text.txt");
        File.SetLastWriteTimeUtc(lab.At("main/text.txt"), new DateTime(2001, 2, 3, 0, 0, 0, DateTimeKind.Utc));

        Assert.Equal("one\r\ntwo\r\n", await File.ReadAllTextAsync(lab.At("main/text.txt"), TestContext.Current.CancellationToken));
        Assert.Empty((await CheckAsync([])).ModifiedFiles);
        Assert.Empty((await CheckAsync([], before)).ModifiedFiles);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task After_the_jobs_what_they_committed_counts_too()
    {
        await lab.InitAsync();
        var before = await lab.CommitAsync("docs/a.md");
        await lab.CommitAsync("src/committed.cs");
        await lab.GitAsync("main", "mv", "docs/a.md", "src/b.md");
        await lab.GitAsync("main", "commit", "--quiet", "-m", "move");
        lab.Write("main/docs/new.md", "x");

        var clean = await CheckAsync(["docs/"]);
        var drift = await CheckAsync(["docs/"], before);

        Assert.True(clean.Passed, clean.Details);
        Assert.Equal(["docs/a.md", "docs/new.md", "src/b.md", "src/committed.cs"], drift.ModifiedFiles);
        Assert.Equal(["src/b.md", "src/committed.cs"], drift.Violations);
        Assert.Equal((GateReasons.ScopeDriftDetected, before), (drift.ReasonCode, drift.BeforeCommit));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_repository_within_the_work_tree_counts_as_a_folder()
    {
        await lab.InitAsync();
        await lab.CommitAsync("a");
        Directory.CreateDirectory(lab.At("main/inner"));
        await lab.GitAsync("main/inner", "init", "--quiet");
        await lab.CommitAsync("b", name: "main/inner");

        Assert.Equal(["inner/"], (await CheckAsync([])).Violations);
        Assert.True((await CheckAsync(["inner/"])).Passed);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Settings_of_the_repository_hide_nothing()
    {
        await lab.InitAsync();
        var before = await lab.CommitAsync("sub/a", "one\ntwo\nthree\n");
        await lab.GitAsync("main", "config", "status.showUntrackedFiles", "no");
        await lab.GitAsync("main", "config", "status.relativePaths", "true");
        await lab.GitAsync("main", "config", "diff.relative", "true");
        await lab.GitAsync("main", "config", "status.branch", "true");
        await lab.GitAsync("main", "mv", "sub/a", "b");
        lab.Write("main/sub/untracked", "x");

        var verdict = await AllowlistGate.CheckAsync(lab.Cli("main/sub"), [], before, TestContext.Current.CancellationToken);

        Assert.Equal(["b", "sub/a", "sub/untracked"], verdict.ModifiedFiles);
        Assert.Equal(lab.Main, verdict.Worktree);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_work_tree_of_a_branch_without_a_commit_is_judged()
    {
        await lab.InitAsync();
        lab.Write("main/a", "x");

        Assert.Equal(["a"], (await CheckAsync([])).Violations);
        Assert.True((await CheckAsync(["a"])).Passed);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Where_nothing_can_be_compared_nothing_is_green()
    {
        await lab.InitAsync();
        await lab.CommitAsync("a");
        await lab.CommitAsync("b");
        await lab.GitAsync("", "clone", "--quiet", "--bare", lab.Main, lab.At("bare"));
        await lab.CloneShallowAsync("shallow");
        Directory.CreateDirectory(lab.At("plain"));

        Assert.Equal((GateReasons.WorktreeMissing, 3), ((await CheckAsync([], folder: "bare")).ReasonCode, (await CheckAsync([], folder: "bare")).ExitCode));
        Assert.Equal(GateReasons.WorktreeMissing, (await CheckAsync([], folder: "gone")).ReasonCode);
        Assert.Equal(GateReasons.NotAGitRepo, (await CheckAsync([], folder: "plain")).ReasonCode);
        Assert.Equal(GateReasons.BeforeCommitMissing, (await CheckAsync([], "--stat")).ReasonCode);
        Assert.Equal(GateReasons.HistoryMissing, (await CheckAsync([], "HEAD~1", "shallow")).ReasonCode);
    }

    private Task<AllowlistVerdict> CheckAsync(string[] patterns, string? before = null, string folder = "main") =>
        AllowlistGate.CheckAsync(lab.Cli(folder), patterns, before, TestContext.Current.CancellationToken);
}
