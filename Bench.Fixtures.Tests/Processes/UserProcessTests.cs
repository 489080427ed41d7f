using System.Globalization;
using System.Runtime.Versioning;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Processes;

/// <summary>What a test starts as a user would.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class UserProcessTests
{
    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task It_ends_with_its_test_and_takes_what_it_started_and_its_temporary_folder_along()
    {
        Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");
        using var folder = new TestFolder();
        var pidFile = folder.At("pid");

        string temporary;
        using (var shell = new UserProcess(folder.Path, "sh", ["-c", $"echo $TMPDIR; setsid sh -c 'touch $TMPDIR/file; echo $$ > {pidFile}; exec sleep 1000' & wait"]))
        {
            await shell.UntilAsync(() => File.Exists(pidFile) && File.ReadAllText(pidFile).EndsWith('\n'), "the daemon was there");
            temporary = shell.Output;
        }

        Assert.StartsWith(Path.GetTempPath(), temporary, StringComparison.Ordinal);
        Assert.False(Directory.Exists(temporary));
        Assert.True(ProcTable.Read(int.Parse(await File.ReadAllTextAsync(pidFile, TestContext.Current.CancellationToken), CultureInfo.InvariantCulture)) is not { IsDead: false });
    }

    [Fact]
    public void It_gets_no_setting_of_whoever_runs_the_tests()
    {
        string[] given = ["PATH", "BENCH__Parallel", "BENCH_ACCEPT", "GITHUB_ACTIONS", .. SettingsCatalog.ModelVariables.Keys];

        Assert.Equal(["PATH"], UserProcess.WithoutSettings(given.Select(name => KeyValuePair.Create(name, "1"))).Keys);
    }
}
