using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Tests.Gates;

namespace Bench.Fixtures.Tests.Dispatches;

/// <summary>What counts as a change of a work tree since a job's start.</summary>
public sealed class WorkTreeStateTests : IAsyncLifetime
{
    private readonly GitLab git = new();

    public async ValueTask InitializeAsync()
    {
        await git.InitAsync();
        await git.CommitAsync("kept");
        await git.CommitAsync("changed");
        await git.CommitAsync("removed");
        await git.CommitAsync(".gitignore", "ignored\n");
    }

    public ValueTask DisposeAsync()
    {
        git.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Files_that_were_changed_before_do_not_count_until_they_change_again()
    {
        git.Write("main/changed", "changed before the job\n");
        git.Write("main/untracked", "before\n");
        var watch = await WatchAsync();

        Assert.False(await watch.LookAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, watch.Mutations);
        git.Write("main/untracked", "changed by the job\n");

        Assert.True(await watch.LookAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, watch.Mutations);
        Assert.False(await watch.LookAsync(TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Changed_added_removed_renamed_committed_and_taken_back_files_count_and_ignored_ones_do_not()
    {
        git.Write("main/taken back", "before\n");
        var watch = await WatchAsync();

        git.Write("main/changed", "changed by the job\n");
        git.Write("main/added", "");
        git.Write("main/ignored", "");
        File.Delete(git.At("main/removed"));
        File.Delete(git.At("main/taken back"));
        var commit = await git.CommitAsync("committed");

        Assert.True(await watch.LookAsync(TestContext.Current.CancellationToken));
        Assert.Equal((5, commit), (watch.Mutations, watch.NewCommit));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_older_commit_that_is_checked_out_is_no_new_one()
    {
        var watch = await WatchAsync();

        await git.GitAsync("main", "checkout", "--quiet", "HEAD~1");

        Assert.True(await watch.LookAsync(TestContext.Current.CancellationToken));
        Assert.Null(watch.NewCommit);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_first_commit_of_a_repository_is_new()
    {
        using var empty = await new GitLab().InitAsync();
        var start = await WorkTreeState.ReadAsync(empty.Cli(), null, null, TestContext.Current.CancellationToken);
        var watch = new WorkTreeWatch(empty.Cli(), null, start);

        var commit = await empty.CommitAsync("first");

        Assert.True(await watch.LookAsync(TestContext.Current.CancellationToken));
        Assert.Equal((null, commit), (start.HeadCommit, watch.NewCommit));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_jobs_own_state_below_the_tree_does_not_count()
    {
        var watch = await WatchAsync(git.At("main/artifacts/dispatch"));

        git.Write("main/artifacts/dispatch/bd-1/1/job.json", "{}");

        Assert.False(await watch.LookAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, watch.Mutations);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_tree_that_is_gone_has_an_unknown_number_of_changes()
    {
        var watch = await WatchAsync();

        Directory.Delete(git.Main, recursive: true);

        Assert.False(await watch.LookAsync(TestContext.Current.CancellationToken));
        Assert.Null(watch.Mutations);
    }

    private async Task<WorkTreeWatch> WatchAsync(string? without = null)
    {
        GitCli cli = git.Cli();
        return new WorkTreeWatch(cli, without, await WorkTreeState.ReadAsync(cli, null, without, TestContext.Current.CancellationToken));
    }
}
