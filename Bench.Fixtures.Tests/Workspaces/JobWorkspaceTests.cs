using System.Net.Sockets;
using System.Runtime.Versioning;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Tests.Processes;
using Bench.Fixtures.Workspaces;

namespace Bench.Fixtures.Tests.Workspaces;

public sealed class JobWorkspaceTests
{
    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Git_accepts_the_work_tree_fully()
    {
        await using var workspaces = JobWorkspaces.Create(RunMark.New("run"));
        await using var workspace = await workspaces.CreateAsync("lane__prompt", 0, TestContext.Current.CancellationToken);

        var output = await GitAsync(workspace, """
            set -e
            git status --porcelain=v2 --branch
            git rev-parse --show-toplevel --is-inside-work-tree
            git fsck --full --strict
            echo text > file; git add file; git commit -qm first
            git log --format='%an <%ae> %D'
            git checkout -qb other; git stash list; git tag v1; git gc -q; git fsck --full --strict
            git clone -q . ../tmp/clone; git init -q ../tmp/new; git -C ../tmp/new branch --show-current
            """);

        Assert.Equal(
            ["# branch.oid (initial)", "# branch.head main", workspace.Directories.Work, "true", "Bench <bench@localhost> HEAD -> main", "main"],
            output);
    }

    [Fact]
    public async Task A_work_tree_that_is_given_is_shared_and_neither_touched_nor_deleted()
    {
        using var folder = new TestFolder();
        var file = folder.Write("tree/kept.txt", "kept");
        var tree = Path.GetDirectoryName(file)!;
        string home;
        await using (var workspaces = JobWorkspaces.Create(RunMark.New("run"), workTree: tree))
        {
            await using var first = await workspaces.CreateAsync("lane__prompt", 0, TestContext.Current.CancellationToken);
            await using var second = await workspaces.CreateAsync("lane__prompt", 1, TestContext.Current.CancellationToken);
            await using var server = await workspaces.CreateForServerAsync("server", TestContext.Current.CancellationToken);
            home = first.Directories.Home;

            Assert.Equal((tree, tree), (first.Directories.Work, second.Directories.Work));
            Assert.StartsWith(workspaces.Root, server.Directories.Work, StringComparison.Ordinal);
            Assert.NotEqual(home, second.Directories.Home);
        }

        Assert.Equal([file], Directory.GetFileSystemEntries(tree));
        Assert.False(Directory.Exists(home));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task No_setting_of_git_comes_from_outside_the_workspace()
    {
        await using var workspaces = JobWorkspaces.Create(RunMark.New("run"));
        await using var workspace = await workspaces.CreateAsync("lane__prompt", 0, TestContext.Current.CancellationToken);

        var output = await GitAsync(workspace, "git config --global added.by agent; git config --list --show-origin | cut -f 1 | sort -u; ls .git/hooks");

        Assert.Equal(["file:.git/config", $"file:{workspace.Directories.Home}/.gitconfig"], output);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_deleted_repository_does_not_uncover_one_further_up()
    {
        using var folder = new TestFolder();
        await using var outer = JobWorkspaces.Create(RunMark.New("outer"), folder.Path);
        await using var repository = await outer.CreateAsync("outer", 0, TestContext.Current.CancellationToken);
        await using var workspaces = JobWorkspaces.Create(RunMark.New("run"), repository.Directories.Work);
        await using var workspace = await workspaces.CreateAsync("lane__prompt", 0, TestContext.Current.CancellationToken);

        var output = await GitAsync(workspace, "rm -rf .git; git rev-parse --show-toplevel || echo none");

        Assert.Equal(["none"], output);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Home_and_its_folders_are_the_attempts_own()
    {
        await using var workspaces = JobWorkspaces.Create(RunMark.New("run"));
        await using var workspace = await workspaces.CreateAsync("lane__prompt", 0, TestContext.Current.CancellationToken);

        var output = await GitAsync(workspace, "cd ~ && pwd -P; ls -A; for d in \"$XDG_CONFIG_HOME\" \"$XDG_DATA_HOME\" \"$XDG_CACHE_HOME\" \"$XDG_STATE_HOME\" \"$TMPDIR\"; do ls -A $d | wc -l; done");

        Assert.Equal([workspace.Directories.Home, ".cache", ".config", ".gitconfig", ".local", "0", "0", "0", "0", "0"], output);
        Assert.StartsWith(workspaces.Root, workspace.Directories.Home, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_marks_name_run_job_and_attempt()
    {
        await using var workspaces = JobWorkspaces.Create(RunMark.New("the-run"));
        await using var workspace = await workspaces.CreateAsync("lane__prompt", 2, TestContext.Current.CancellationToken);

        var output = await GitAsync(workspace, "echo $BENCH_RUN_ID $BENCH_JOB_ID $BENCH_ATTEMPT");

        Assert.Equal(["the-run lane__prompt 2"], output);
    }

    [Fact]
    public async Task A_unix_socket_fits_below_the_temporary_folder()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has another limit.");
        await using var workspaces = JobWorkspaces.Create(RunMark.New("run"));
        await using var workspace = await workspaces.CreateAsync("opencode_server_attach_run__multi_file_refactor_1__t10", 0, TestContext.Current.CancellationToken);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(workspace.Directories.Temp, "claude-mcp-browser-bridge-12345.sock")));

        Assert.True(socket.IsBound);
    }

    [Fact]
    public async Task Concurrent_jobs_and_repeated_attempts_have_folders_of_their_own()
    {
        await using var workspaces = JobWorkspaces.Create(RunMark.New("run"));

        var all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => workspaces.CreateAsync("lane__prompt", 0, TestContext.Current.CancellationToken))));

        Assert.Equal(50, all.Select(workspace => workspace.Directories.Work).Distinct().Count());
        Assert.All(all, workspace => Assert.True(Directory.Exists(workspace.Directories.Work)));
    }

    [Fact]
    public async Task A_path_names_neither_lane_nor_prompt()
    {
        await using var workspaces = JobWorkspaces.Create(RunMark.New("run"));

        await using var workspace = await workspaces.CreateAsync("lane__prompt", 0, TestContext.Current.CancellationToken);

        Assert.DoesNotContain("lane", workspace.Directories.Work, StringComparison.Ordinal);
        Assert.Equal("lane__prompt attempt 0\n", await File.ReadAllTextAsync(Path.Combine(workspace.Root, "job.txt"), TestContext.Current.CancellationToken));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Only_this_user_can_enter()
    {
        await using var workspaces = JobWorkspaces.Create(RunMark.New("run"));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(workspaces.Root));
    }

    [Fact]
    public async Task A_link_on_the_way_is_resolved()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.At("real", "inner"));
        Directory.CreateSymbolicLink(folder.At("link"), folder.At("real"));

        await using var workspaces = JobWorkspaces.Create(RunMark.New("run"), folder.At("link", "inner"));

        Assert.Equal(folder.At("real", "inner"), Path.GetDirectoryName(workspaces.Root));
    }

    [Fact]
    public async Task Cancelled_creation_creates_nothing()
    {
        await using var workspaces = JobWorkspaces.Create(RunMark.New("run"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => workspaces.CreateAsync("lane__prompt", 0, new CancellationToken(canceled: true)));

        Assert.Empty(Directory.GetFileSystemEntries(workspaces.Root));
    }

    private static async Task<IReadOnlyList<string>> GitAsync(JobWorkspace workspace, string script)
    {
        var spec = Commands.Shell(script) with
        {
            WorkingDirectory = workspace.Directories.Work,
            Environment = AgentEnvironment.Of(workspace.Directories, workspace.Marks, System.Environment.GetEnvironmentVariable),
        };
        var (_, lines) = await Commands.RunAsync(spec, TestContext.Current.CancellationToken);
        return lines.Stdout;
    }
}
