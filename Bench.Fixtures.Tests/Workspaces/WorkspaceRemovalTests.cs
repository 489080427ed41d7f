using System.Runtime.Versioning;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Tests.Processes;
using Bench.Fixtures.Workspaces;

namespace Bench.Fixtures.Tests.Workspaces;

public sealed class WorkspaceRemovalTests
{
    [Fact]
    public async Task A_disposed_workspace_is_gone_and_its_neighbour_is_not()
    {
        await using var workspaces = JobWorkspaces.Create(RunMark.New("run"));
        var workspace = await workspaces.CreateAsync("lane__prompt", 0, TestContext.Current.CancellationToken);
        var neighbour = await workspaces.CreateAsync("lane__other", 0, TestContext.Current.CancellationToken);

        await workspace.DisposeAsync();

        Assert.False(Directory.Exists(workspace.Root));
        Assert.Empty(workspace.Leftovers);
        Assert.True(Directory.Exists(neighbour.Directories.Work));
    }

    [Fact]
    public async Task Disposing_of_the_run_removes_every_workspace()
    {
        var workspaces = JobWorkspaces.Create(RunMark.New("run"));
        await workspaces.CreateAsync("lane__prompt", 0, TestContext.Current.CancellationToken);

        await workspaces.DisposeAsync();
        await workspaces.DisposeAsync();

        Assert.False(Directory.Exists(workspaces.Root));
        Assert.Empty(workspaces.Leftovers);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Read_only_files_and_folders_are_deleted()
    {
        // As Go's module cache leaves them. Root may delete them anyway; any other user needs the second way.
        await using var workspaces = JobWorkspaces.Create(RunMark.New("run"));
        var workspace = await workspaces.CreateAsync("lane__prompt", 0, TestContext.Current.CancellationToken);
        var inner = Directory.CreateDirectory(Path.Combine(workspace.Directories.Home, "go", "pkg", "mod")).FullName;
        var file = Path.Combine(inner, "file.go");
        await File.WriteAllTextAsync(file, "package main", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        File.SetUnixFileMode(inner, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.SetUnixFileMode(Path.GetDirectoryName(inner)!, UnixFileMode.None);

        await workspace.DisposeAsync();

        Assert.False(Directory.Exists(workspace.Root));
        Assert.Empty(workspace.Leftovers);
    }

    [Fact]
    public async Task A_link_is_deleted_and_its_target_is_not()
    {
        using var folder = new TestFolder();
        var precious = folder.Write("precious/file.txt", "kept");
        await using var workspaces = JobWorkspaces.Create(RunMark.New("run"));
        var workspace = await workspaces.CreateAsync("lane__prompt", 0, TestContext.Current.CancellationToken);
        Directory.CreateSymbolicLink(Path.Combine(workspace.Directories.Work, "folder"), folder.At("precious"));
        File.CreateSymbolicLink(Path.Combine(workspace.Directories.Work, "file"), precious);
        File.CreateSymbolicLink(Path.Combine(workspace.Directories.Work, "loop"), workspace.Root);

        await workspace.DisposeAsync();

        Assert.False(Directory.Exists(workspace.Root));
        Assert.Equal("kept", await File.ReadAllTextAsync(precious, TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task What_cannot_be_deleted_is_reported_and_the_rest_is_gone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/chattr"), "Needs chattr.");
        await using var workspaces = JobWorkspaces.Create(RunMark.New("run"));
        var workspace = await workspaces.CreateAsync("lane__prompt", 0, TestContext.Current.CancellationToken);
        var stubborn = Path.Combine(workspace.Directories.Work, "stubborn");
        await File.WriteAllTextAsync(stubborn, "", TestContext.Current.CancellationToken);
        var (immutable, _) = await Commands.RunAsync(Commands.Shell($"chattr +i '{stubborn}'"), TestContext.Current.CancellationToken);
        Assert.SkipUnless(immutable.ExitCode == 0, "Needs root and a file system with immutable files.");

        await workspace.DisposeAsync();
        var left = Directory.GetFileSystemEntries(workspace.Root, "*", SearchOption.AllDirectories);
        await Commands.RunAsync(Commands.Shell($"chattr -i '{stubborn}'"), TestContext.Current.CancellationToken);

        Assert.StartsWith($"'{stubborn}' could not be deleted: ", Assert.Single(workspace.Leftovers), StringComparison.Ordinal);
        Assert.Equal([workspace.Directories.Work, stubborn], left);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Names_that_are_not_UTF8_and_paths_longer_than_the_system_takes_are_deleted_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs names of bytes.");
        var workspaces = JobWorkspaces.Create(RunMark.New("run"));
        var workspace = await workspaces.CreateAsync("lane__prompt", 0, TestContext.Current.CancellationToken);
        var make = $"""
            cd '{workspace.Directories.Work}' && printf x > "$(printf 'bad\377name')" && mkdir -p "$(printf 'worse\377name/inner')" &&
            for i in $(seq 25); do d=$(printf '%0200d' 0); mkdir $d && cd -P $d || exit 1; done && printf x > deep
            """;
        var (made, _) = await Commands.RunAsync(Commands.Shell(make), TestContext.Current.CancellationToken);

        await workspaces.DisposeAsync();

        Assert.Equal(0, made.ExitCode);
        Assert.Empty(workspaces.Leftovers);
        Assert.False(Directory.Exists(workspaces.Root));
    }

    [Fact]
    public async Task Kept_workspaces_stay()
    {
        using var folder = new TestFolder();
        var workspaces = JobWorkspaces.Create(RunMark.New("run"), folder.Path, keep: true);
        var workspace = await workspaces.CreateAsync("lane__prompt", 0, TestContext.Current.CancellationToken);

        await workspace.DisposeAsync();
        await workspaces.DisposeAsync();

        Assert.True(Directory.Exists(workspace.Directories.Work));
    }
}
