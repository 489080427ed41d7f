using Bench.Fixtures.Gates;

namespace Bench.Fixtures.Tests.Gates;

public sealed class BaselineGateTests : IDisposable
{
    private readonly GitLab lab = new();

    public void Dispose() => lab.Dispose();

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("HEAD")]
    [InlineData("HEAD~1")]
    [InlineData("v1")]
    [InlineData(" main ")]
    public async Task A_required_commit_that_is_an_ancestor_or_the_same_passes(string required)
    {
        await lab.InitAsync();
        var first = await lab.CommitAsync("a");
        await lab.GitAsync("main", "tag", "-a", "v1", "-m", "annotated");
        var second = await lab.CommitAsync("b");

        var verdict = await CheckAsync(required);

        Assert.True(verdict.Passed, verdict.Details);
        Assert.Equal((GateReasons.BaselineOk, 0, second, lab.Main, null), (verdict.ReasonCode, verdict.ExitCode, verdict.RuntimeCommit, verdict.Worktree, verdict.NextAction));
        Assert.Contains(verdict.RequiredCommit, new[] { first, second });
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_commit_of_another_branch_ends_with_4_until_it_is_merged()
    {
        await lab.InitAsync();
        await lab.CommitAsync("a");
        await lab.GitAsync("main", "checkout", "--quiet", "-b", "side");
        var side = await lab.CommitAsync("b");
        await lab.GitAsync("main", "checkout", "--quiet", "main");
        await lab.CommitAsync("c");

        var before = await CheckAsync(side);
        await lab.GitAsync("main", "merge", "--quiet", "--no-ff", "-m", "merge", "side");
        var after = await CheckAsync(side[..10]);

        Assert.Equal((false, GateReasons.BaselineNotMet, 4), (before.Passed, before.ReasonCode, before.ExitCode));
        Assert.Contains(side, before.Details, StringComparison.Ordinal);
        Assert.Contains("git merge", before.NextAction, StringComparison.Ordinal);
        Assert.Equal((true, side), (after.Passed, after.RequiredCommit));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_older_runtime_does_not_contain_a_newer_baseline()
    {
        await lab.InitAsync();
        await lab.CommitAsync("a");
        await lab.CommitAsync("b");

        var verdict = await CheckAsync("HEAD", runtime: "HEAD~1");

        Assert.Equal(GateReasons.BaselineNotMet, verdict.ReasonCode);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_detached_HEAD_and_a_work_tree_of_its_own_are_judged_by_what_they_hold()
    {
        await lab.InitAsync();
        var first = await lab.CommitAsync("a");
        var second = await lab.CommitAsync("b");
        await lab.GitAsync("main", "worktree", "add", "--quiet", "--detach", lab.At("tree"), first);

        var contained = await CheckAsync(first, folder: "tree");
        var newer = await CheckAsync(second, folder: "tree");

        Assert.Equal((true, lab.At("tree")), (contained.Passed, contained.Worktree));
        Assert.Equal((GateReasons.BaselineNotMet, first), (newer.ReasonCode, newer.RuntimeCommit));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("no-such-tag")]
    [InlineData("0123456789012345678901234567890123456789")]
    [InlineData("--all")]
    [InlineData("-x")]
    [InlineData("HEAD:a")]
    [InlineData("HEAD~1..HEAD")]
    [InlineData("^HEAD")]
    public async Task A_revision_that_names_no_commit_is_named(string required)
    {
        await lab.InitAsync();
        await lab.CommitAsync("a");
        await lab.CommitAsync("b");

        var verdict = await CheckAsync(required);

        Assert.Equal((false, GateReasons.RequiredCommitMissing, 4), (verdict.Passed, verdict.ReasonCode, verdict.ExitCode));
        Assert.Contains($"'{required}'", verdict.Details, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_branch_without_a_commit_has_no_runtime_commit_and_all_offences_are_named()
    {
        await lab.InitAsync();

        var verdict = await CheckAsync("v1");

        Assert.Equal((GateReasons.RuntimeCommitMissing, null), (verdict.ReasonCode, verdict.RuntimeCommit));
        Assert.Contains("'HEAD' names no commit", verdict.Details, StringComparison.Ordinal);
        Assert.Contains("'v1' names no commit", verdict.Details, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Without_a_baseline_nothing_is_green()
    {
        await lab.InitAsync();
        await lab.CommitAsync("a");

        var verdict = await CheckAsync("  ");

        Assert.Equal((false, GateReasons.RequiredBaselineMissing), (verdict.Passed, verdict.ReasonCode));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_folder_that_is_no_repository_or_no_folder_says_so_beside_what_else_is_wrong()
    {
        Directory.CreateDirectory(lab.At("plain"));

        var plain = await CheckAsync("", folder: "plain");
        var gone = await CheckAsync("HEAD", folder: "gone");

        Assert.Equal(GateReasons.RequiredBaselineMissing, plain.ReasonCode);
        Assert.Contains("in no git repository", plain.Details, StringComparison.Ordinal);
        Assert.Equal((GateReasons.WorktreeMissing, 4), (gone.ReasonCode, gone.ExitCode));
        Assert.Equal(GateReasons.NotAGitRepo, (await CheckAsync("HEAD", folder: "plain")).ReasonCode);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Without_git_the_gate_says_what_to_install()
    {
        await lab.InitAsync();

        var verdict = await BaselineGate.CheckAsync(new GitCli(lab.Main, "/nowhere", TimeProvider.System), "HEAD", "HEAD", TestContext.Current.CancellationToken);

        Assert.Equal((GateReasons.GitNotFound, 4), (verdict.ReasonCode, verdict.ExitCode));
        Assert.Contains("'/nowhere'", verdict.Details, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_shallow_clone_says_that_history_is_missing_unless_what_it_has_is_enough()
    {
        await lab.InitAsync();
        var older = await lab.CommitAsync("a");
        await lab.GitAsync("main", "checkout", "--quiet", "-b", "side");
        var side = await lab.CommitAsync("b");
        await lab.GitAsync("main", "checkout", "--quiet", "main");
        var tip = await lab.CommitAsync("c");
        await lab.CloneShallowAsync("shallow", "--no-single-branch", "--branch", "main");

        var notFetched = await CheckAsync(older, folder: "shallow");
        var unconnected = await CheckAsync(side, folder: "shallow");
        var same = await CheckAsync(tip, folder: "shallow");
        var noSuchName = await CheckAsync("no-such-tag", folder: "shallow");

        Assert.Equal((GateReasons.HistoryMissing, 4), (notFetched.ReasonCode, notFetched.ExitCode));
        Assert.Contains("git fetch --unshallow", notFetched.NextAction, StringComparison.Ordinal);
        Assert.Equal((GateReasons.HistoryMissing, side), (unconnected.ReasonCode, unconnected.RequiredCommit));
        Assert.True(same.Passed, same.Details);
        Assert.Equal(GateReasons.RequiredCommitMissing, noSuchName.ReasonCode);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_shallow_clone_knows_that_a_newer_commit_is_no_ancestor()
    {
        await lab.InitAsync();
        await lab.CommitAsync("a");
        await lab.CommitAsync("b");
        await lab.CloneShallowAsync("shallow", "--branch", "main");
        var newer = await lab.CommitAsync("c", name: "shallow");

        var verdict = await CheckAsync(newer, runtime: "HEAD~1", folder: "shallow");

        Assert.Equal(GateReasons.BaselineNotMet, verdict.ReasonCode);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task History_that_was_replaced_does_not_deceive_the_gate()
    {
        await lab.InitAsync();
        var tip = await lab.CommitAsync("a");
        await lab.GitAsync("main", "checkout", "--quiet", "--orphan", "other");
        var other = await lab.CommitAsync("b");
        await lab.GitAsync("main", "checkout", "--quiet", "main");
        await lab.GitAsync("main", "replace", "--graft", tip, other);
        lab.Write("main/.git/info/grafts", $"{tip} {other}\n");

        var verdict = await CheckAsync(other);

        Assert.Equal(GateReasons.BaselineNotMet, verdict.ReasonCode);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_damaged_history_is_no_answer()
    {
        await lab.InitAsync();
        var first = await lab.CommitAsync("a");
        var second = await lab.CommitAsync("b");
        await lab.CommitAsync("c");
        File.Delete(lab.At(Path.Combine("main", ".git", "objects", second[..2], second[2..])));

        var verdict = await CheckAsync(first);

        Assert.Equal((GateReasons.GitFailed, 4), (verdict.ReasonCode, verdict.ExitCode));
        Assert.Contains(second, verdict.Details, StringComparison.Ordinal);
        Assert.Contains("git fsck", verdict.NextAction, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_repository_without_a_work_tree_has_ancestors_too()
    {
        await lab.InitAsync();
        var tip = await lab.CommitAsync("a");
        await lab.GitAsync("", "clone", "--quiet", "--bare", lab.Main, lab.At("bare"));

        var verdict = await CheckAsync(tip, folder: "bare");

        Assert.True(verdict.Passed, verdict.Details);
    }

    private Task<BaselineVerdict> CheckAsync(string required, string runtime = "HEAD", string folder = "main") =>
        BaselineGate.CheckAsync(lab.Cli(folder), required, runtime, TestContext.Current.CancellationToken);
}
