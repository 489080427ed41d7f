using Bench.Fixtures.Processes;
using Bench.Fixtures.Tests.Processes;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>A file system of a few hundred kilobytes in memory, mounted on a folder of the test's. Only root may mount; without that right the test is skipped.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const int Kilobytes = 512;

    private readonly string path;

    private SmallDisk(string path)
    {
        this.path = path;
    }

    /// <summary>Mounts it on a folder, which is created.</summary>
    public static async Task<SmallDisk> MountAsync(string path)
    {
        Directory.CreateDirectory(path);
        var (exit, lines) = await Commands.RunAsync(Commands.Shell($"mount -t tmpfs -o size={Kilobytes}k bench-test '{path}'"), TestContext.Current.CancellationToken);
        Assert.SkipUnless(exit.ExitCode == 0, $"Needs the right to mount a file system: {string.Join(' ', lines.Stderr)}");
        return new SmallDisk(path);
    }

    /// <summary>Leaves no room on it.</summary>
    public Task FillAsync() => DoAsync(FillCommand);

    /// <summary>Lets nobody write to it.</summary>
    public Task MakeReadOnlyAsync() => DoAsync($"mount -o remount,ro '{path}'");

    /// <summary>The shell command that leaves no room on it.</summary>
    public string FillCommand => $"head -c {Kilobytes}k /dev/zero > '{path}/filler' 2> /dev/null || test -s '{path}/filler'";

    // Lazily: a process that still looks into it must not keep the test from cleaning up.
    public async ValueTask DisposeAsync() => await RunAsync($"umount -l '{path}'");

    private static async Task DoAsync(string command) => Assert.Equal(0, (await RunAsync(command)).ExitCode);

    private static async Task<ProcessExit> RunAsync(string command) => (await Commands.RunAsync(Commands.Shell(command), CancellationToken.None)).Exit;
}
