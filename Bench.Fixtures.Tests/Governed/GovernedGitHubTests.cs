using System.Runtime.Versioning;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Governed;

[UnsupportedOSPlatform("windows")]
public sealed class GovernedGitHubTests
{
    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_verdict_that_is_not_green_is_one_annotation_and_a_block_on_the_page_of_the_job()
    {
        using var lab = await OnGitHubAsync();
        lab.Record = record => record.WorkflowId == "cc_glm_headless" ? SampleRun.Failed(record.WorkflowId, record.PromptId) with { RunId = record.RunId } : record;

        var exit = await lab.GovernedAsync("--skip-preflight", "--run-id", "red");

        Assert.Equal(3, exit);
        var annotation = Assert.Single(Annotations(lab.Output));
        Assert.StartsWith("::error title=governed%3A success_rate_too_low::Whose fault: model (4 of 8 jobs)%0AWhy: ", annotation, StringComparison.Ordinal);
        Assert.Contains("%0AWhat to do: ", annotation, StringComparison.Ordinal);
        var page = Page(lab);
        Assert.StartsWith("### Governed run\n\n```text\nGoverned run red: FAILED (success_rate_too_low), exit code 3, profile embedded (scripted model)\n", page, StringComparison.Ordinal);
        Assert.Contains("  baseline   not asked (--required-baseline)\n", page, StringComparison.Ordinal);
        Assert.EndsWith("\n```\n\n", page, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_green_verdict_is_on_the_page_and_no_annotation()
    {
        using var lab = await OnGitHubAsync();

        await lab.GovernedAsync("--skip-preflight", "--run-id", "green");

        Assert.Empty(Annotations(lab.Output));
        Assert.Contains("Governed run green: passed (report_ok)", Page(lab), StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task With_json_nothing_is_annotated()
    {
        using var lab = await OnGitHubAsync();
        lab.Launch = (_, _) => Task.FromResult(new Bench.Fixtures.Gates.GovernanceLaunch(1, "", ""));

        var exit = await lab.GovernedAsync("--skip-preflight", "--json");

        Assert.Equal(5, exit);
        Assert.Empty(Annotations(lab.Output + lab.Error));
        Assert.Contains("FAILED (launch_failed_no_records)", Page(lab), StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Each_phase_of_a_progressive_run_is_on_the_page()
    {
        using var lab = await OnGitHubAsync();
        lab.Record = record => record.Trial == 2 ? SampleRun.Failed(record.WorkflowId, record.PromptId, 2) with { RunId = record.RunId } : record;

        await lab.ProgressiveAsync("--all");

        Assert.Equal(2, Page(lab).Split("### Governed run").Length - 1);
        Assert.Single(Annotations(lab.Output));
    }

    private static async Task<GovernedLab> OnGitHubAsync()
    {
        var lab = await GovernedLab.CreateAsync();
        lab.Environment["GITHUB_ACTIONS"] = "true";
        lab.Environment["GITHUB_STEP_SUMMARY"] = lab.Git.At("step.md");
        return lab;
    }

    private static string Page(GovernedLab lab) => File.ReadAllText(lab.Git.At("step.md"));

    private static IEnumerable<string> Annotations(string text) => text.Split('\n').Where(line => line.StartsWith("::error", StringComparison.Ordinal));
}
