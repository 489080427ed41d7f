using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;
using Bench.Fixtures.Tests.Gates;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Reporting;

/// <summary>What makes a test run end with 1 stands on its last screen.</summary>
public sealed class LastScreenTests
{
    [Fact]
    public void A_secret_in_a_kept_workspace_stands_there_and_so_does_all_else_that_fails_a_run_as_a_whole()
    {
        using var folder = new TestFolder();
        var run = GovernedRun.Write(folder, manifest => manifest with
        {
            Closing = Closing() with
            {
                KeptWorkspaces = "/kept/bench",
                RedactionFindings = ["/kept/bench/job/home/.config:3 known-secret"],
                ChangedAgents = ["cli_version_mismatch: claude was 1 at the start and is 2 at the end"],
                WriteProblems = ["env/disk_full: no room."],
            },
        });

        var screen = ScreenOf(run);

        Assert.Contains("FAILED: Secrets were found in the kept workspaces '/kept/bench': /kept", screen, StringComparison.Ordinal);
        Assert.Contains("/kept/bench/job/home/.config:3 known-secret", screen, StringComparison.Ordinal);
        Assert.Contains("FAILED: env/cli_version_mismatch: claude was 1", screen, StringComparison.Ordinal);
        Assert.Contains("FAILED: The run folder is not whole: env/disk_full", screen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("the run folder '*': raw/a.json:3", "raw/a.json:3 jwt")]
    [InlineData("the run folder '*' and the kept workspaces '/kept/bench': raw/a.json:3", "raw/a.json:3 jwt", "/kept/bench/1/work/b:1 jwt")]
    public void It_says_where_secrets_are_and_no_other_place(string where, params string[] findings)
    {
        using var folder = new TestFolder();
        var run = GovernedRun.Write(folder, manifest => manifest with { Closing = Closing() with { KeptWorkspaces = "/kept/bench", RedactionFindings = findings } });

        Assert.Contains("FAILED: Secrets were found in " + where.Replace("*", run.Root, StringComparison.Ordinal), ScreenOf(run), StringComparison.Ordinal);
    }

    [Fact]
    public void That_not_one_job_passed_stands_there()
    {
        using var folder = new TestFolder();
        var run = GovernedRun.Write(folder, records: records => records.Select(record => SampleRun.Failed(record.WorkflowId, record.PromptId) with { JobId = record.JobId }));

        Assert.Contains("FAILED: not one job passed.", ScreenOf(run), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_in_which_all_is_well_says_nothing_of_failure()
    {
        using var folder = new TestFolder();

        Assert.DoesNotContain("FAILED", ScreenOf(GovernedRun.Write(folder)), StringComparison.Ordinal);
    }

    private static ManifestClosing Closing() => new() { ProcessesLeft = 0, RedactionFindings = [], ChangedAgents = [], WriteProblems = [], Leftovers = [] };

    private static string ScreenOf(RunFolder run)
    {
        using var screen = new StringWriter();
        RunEnding.Print(run, screen);
        return screen.ToString();
    }
}
