using System.Collections.Concurrent;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Tests.Records;

public sealed class RunIdClaimTests
{
    [Fact]
    public void Runs_that_begin_in_one_second_get_ids_of_their_own()
    {
        using var folder = new TestFolder();
        var claims = new ConcurrentBag<RunIdClaim>();

        Parallel.For(0, 8, _ => claims.Add(RunIdClaim.Take(folder.At("runs"), "bench-1")));

        Assert.Equal(
            ["bench-1", .. Enumerable.Range(2, 7).Select(number => FormattableString.Invariant($"bench-1-{number}"))],
            claims.Select(claim => claim.RunId).Order(StringComparer.Ordinal));
        claims.ToList().ForEach(claim => claim.Dispose());
        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void Folders_that_a_claim_made_and_nothing_came_into_go_with_it()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.At("was there"));

        RunIdClaim.Take(folder.At("was there", "artifacts", "runs"), "bench-1").Dispose();
        var emptied = Directory.EnumerateFileSystemEntries(folder.At("was there")).ToList();
        using (var claim = RunIdClaim.Take(folder.At("was there", "artifacts", "runs"), "bench-1"))
        {
            Directory.CreateDirectory(folder.At("was there", "artifacts", "runs", claim.RunId));
        }

        Assert.Empty(emptied);
        Assert.True(Directory.Exists(folder.At("was there", "artifacts", "runs", "bench-1")));
    }

    [Fact]
    public void An_id_whose_folder_or_report_is_there_is_taken()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.At("bench-1"));
        folder.Write("bench-1-2.governance_report.json", "{}");

        using var claim = RunIdClaim.Take(folder.Path, "bench-1");

        Assert.Equal("bench-1-3", claim.RunId);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named_with_a_cure()
    {
        using var folder = new TestFolder();
        var below = Path.Combine(folder.Write("file", ""), "runs");

        var problem = Assert.Throws<BenchUsageException>(() => RunIdClaim.Take(below, "bench-1"));

        Assert.Contains($"'{below}'", problem.Message, StringComparison.Ordinal);
        Assert.Contains("OutputDir", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/proc/nope/runs")]
    [InlineData("/dev/null/runs")]
    public void A_folder_in_which_nothing_can_be_made_is_found_before_a_run(string place)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There are no such places elsewhere.");

        Assert.Contains($"'{place}'", OutputFolder.Problem(place), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_yet_can_be_written_and_is_not_made()
    {
        using var folder = new TestFolder();

        Assert.Null(OutputFolder.Problem(folder.At("a", "b")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }
}
