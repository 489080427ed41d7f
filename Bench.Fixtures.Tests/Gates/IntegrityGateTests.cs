using Bench.Fixtures.Gates;

namespace Bench.Fixtures.Tests.Gates;

public sealed class IntegrityGateTests : IDisposable
{
    private readonly GitLab lab = new();

    public void Dispose() => lab.Dispose();

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_commit_of_the_branch_passes_and_one_of_another_ends_with_3()
    {
        await lab.InitAsync();
        var first = await lab.CommitAsync("a");
        var tip = await lab.CommitAsync("b");
        await lab.GitAsync("main", "checkout", "--quiet", "-b", "side");
        var side = await lab.CommitAsync("c");

        var onBranch = await CheckAsync(first, "main");
        var beside = await CheckAsync("HEAD", "main");

        Assert.Equal(
            (true, GateReasons.IntegrityOk, 0, "refs/heads/main", tip, first),
            (onBranch.Passed, onBranch.ReasonCode, onBranch.ExitCode, onBranch.BranchRef, onBranch.BranchHead, onBranch.ReportedCommit));
        Assert.Equal((false, GateReasons.ReportedNotAncestor, 3, side), (beside.Passed, beside.ReasonCode, beside.ExitCode, beside.ReportedCommit));
        Assert.Contains("'main'", beside.Details, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_branch_that_only_origin_has_is_found()
    {
        await lab.InitAsync();
        var tip = await lab.CommitAsync("a");
        await lab.GitAsync("main", "branch", "release/1");
        await lab.GitAsync("", "clone", "--quiet", lab.Main, lab.At("clone"));
        await lab.GitAsync("clone", "checkout", "--quiet", "--detach");

        var byName = await CheckAsync(tip, "release/1", "clone");
        var byFullName = await CheckAsync(tip, "origin/release/1", "clone");

        Assert.Equal((true, "refs/remotes/origin/release/1"), (byName.Passed, byName.BranchRef));
        Assert.Equal((true, "refs/remotes/origin/release/1"), (byFullName.Passed, byFullName.BranchRef));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task On_a_detached_HEAD_the_branch_HEAD_is_what_is_checked_out()
    {
        await lab.InitAsync();
        var first = await lab.CommitAsync("a");
        var tip = await lab.CommitAsync("b");
        await lab.GitAsync("main", "checkout", "--quiet", "--detach", first);

        var contained = await CheckAsync(first, "HEAD");
        var newer = await CheckAsync(tip, "HEAD");

        Assert.Equal((true, "HEAD", first), (contained.Passed, contained.BranchRef, contained.BranchHead));
        Assert.Equal(GateReasons.ReportedNotAncestor, newer.ReasonCode);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("no-such-branch")]
    [InlineData("main~1")]
    [InlineData("v1")]
    [InlineData("refs/tags/v1")]
    [InlineData("--all")]
    public async Task What_is_no_branch_is_not_taken_for_one(string branch)
    {
        await lab.InitAsync();
        await lab.CommitAsync("a");
        await lab.CommitAsync("b");
        await lab.GitAsync("main", "tag", "v1");

        var verdict = await CheckAsync("HEAD", branch);

        Assert.Equal((GateReasons.BranchHeadMissing, 3), (verdict.ReasonCode, verdict.ExitCode));
        Assert.Contains($"'{branch}'", verdict.Details, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task All_that_is_missing_is_named_at_once()
    {
        await lab.InitAsync();
        await lab.CommitAsync("a");

        var nothing = await CheckAsync("", "");
        var unknown = await CheckAsync("-x", "gone");

        Assert.Equal(GateReasons.ReportedCommitMissing, nothing.ReasonCode);
        Assert.Contains("No branch is named", nothing.Details, StringComparison.Ordinal);
        Assert.Equal(GateReasons.BranchHeadMissing, unknown.ReasonCode);
        Assert.Contains("'-x'", unknown.Details, StringComparison.Ordinal);
        Assert.Equal(GateReasons.BranchMissing, (await CheckAsync("HEAD", "")).ReasonCode);
        Assert.Equal(GateReasons.ReportedCommitNotFound, (await CheckAsync("gone", "main")).ReasonCode);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_branch_without_a_commit_and_a_folder_without_a_repository_fail()
    {
        await lab.InitAsync();
        Directory.CreateDirectory(lab.At("plain"));

        Assert.Equal(GateReasons.BranchHeadMissing, (await CheckAsync("HEAD", "main")).ReasonCode);
        Assert.Equal(GateReasons.NotAGitRepo, (await CheckAsync("HEAD", "main", "plain")).ReasonCode);
        Assert.Equal(GateReasons.WorktreeMissing, (await CheckAsync("HEAD", "main", "gone")).ReasonCode);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_shallow_clone_says_that_history_is_missing()
    {
        await lab.InitAsync();
        var older = await lab.CommitAsync("a");
        var tip = await lab.CommitAsync("b");
        await lab.CloneShallowAsync("shallow");

        var unknown = await CheckAsync(older, "main", "shallow");

        Assert.Equal((GateReasons.HistoryMissing, 3), (unknown.ReasonCode, unknown.ExitCode));
        Assert.True((await CheckAsync(tip, "main", "shallow")).Passed);
    }

    private Task<IntegrityVerdict> CheckAsync(string reported, string branch, string folder = "main") =>
        IntegrityGate.CheckAsync(lab.Cli(folder), reported, branch, TestContext.Current.CancellationToken);
}
