using System.Diagnostics;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Processes;

public sealed class DefaultSignalsTests
{
    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_program_that_a_background_job_of_a_shell_starts_heeds_SIGINT(bool isApplied)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs signals.");
        var start = new ProcessStartInfo("sh", ["-c", "kill -INT $$; echo deaf"]);
        DefaultSignals.Apply(start, isApplied);
        Assert.SkipWhen(isApplied && start.FileName == "sh", "Needs GNU env.");

        var (_, lines) = await Commands.RunAsync(
            Commands.Shell($"trap '' INT; {string.Join(' ', start.ArgumentList.Prepend(start.FileName).Select(word => $"'{word}'"))}"), TestContext.Current.CancellationToken);

        Assert.Equal(isApplied ? [] : ["deaf"], lines.Stdout);
    }

    [Fact]
    public void Where_SIGINT_is_not_ignored_nothing_is_changed()
    {
        var start = DefaultSignals.Apply(new ProcessStartInfo("sh", ["-c", "true"]), isIgnored: false);

        Assert.Equal(("sh", 2), (start.FileName, start.ArgumentList.Count));
    }
}
