using System.Globalization;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>Runs whose model fails on purpose. All lanes under all faults: runsettings/chaos.runsettings.</summary>
public sealed class FaultRunsTests
{
    private const int LimitMs = 300_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = LimitMs)]
    public async Task A_run_with_faults_says_so_everywhere_and_ends_each_job_by_its_fault()
    {
        using var lab = LabOfClaude();
        lab.Settings["Faults"] = "status_401,slow_drip";
        lab.Settings["AgentRetries"] = "0";

        var records = await lab.RunAsync(Token);

        Assert.Equal([("status_401", "env/auth_error"), ("slow_drip", "passed")], records.Select(r => (r.Fault!, r.OutcomeName)));
        Assert.Equal(["status_401", "slow_drip"], lab.Manifest().GetProperty("faults").EnumerateArray().Select(f => f.GetString()!));
        Assert.True(SummaryJson.Deserialize(await File.ReadAllBytesAsync(lab.RunFolder.SummaryJson, Token)).InjectedFaults);
        Assert.Contains("No benchmark", await File.ReadAllTextAsync(lab.RunFolder.SummaryMarkdown, Token), StringComparison.Ordinal);
        var table = await File.ReadAllTextAsync(lab.RunFolder.Faults, Token);
        Assert.Contains("| status_401 | cc_glm_headless | env/auth_error | provider | error.auth | 1 | 1 |", table, StringComparison.Ordinal);
        Assert.Contains("| slow_drip | cc_glm_headless | passed |", table, StringComparison.Ordinal);
        Assert.Contains("\"fault\":\"status_401\"", await File.ReadAllTextAsync(lab.RunFolder.GatewayUsage, Token), StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_planned_fault_of_the_first_request_is_repeated_by_Bench_and_the_wait_is_told_apart()
    {
        using var lab = LabOfClaude();
        lab.Settings["AgentRetries"] = "0";
        lab.Settings["Gateway:FaultPlan"] = lab.Write("plan.json", """{ "schema_version": 1, "rules": [ { "fault": "status_429", "requests": "1" } ] }""");

        var record = Assert.Single(await lab.RunAsync(Token));

        Assert.Equal(("passed", true, 2, (string?)null), (record.OutcomeName, record.Flaky, record.Attempts.Count, record.Fault));
        Assert.Equal(FailureReasons.QuotaOrRateLimit, record.Attempts[0].FailureReason);
        Assert.True(record.BackoffMs > 0);
        Assert.Equal(record.Attempts[1].BackoffMs, record.BackoffMs);
        Assert.Contains(JournalEvents.ProviderPaused, await File.ReadAllTextAsync(lab.RunFolder.Journal, Token), StringComparison.Ordinal);
        Assert.True(SummaryJson.Deserialize(await File.ReadAllBytesAsync(lab.RunFolder.SummaryJson, Token)).InjectedFaults);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_fault_that_nobody_has_an_expectation_for_stops_the_run_before_it_starts()
    {
        using var lab = LabOfClaude();
        lab.Settings["Faults"] = "status_401,slow_drip";
        lab.Settings["FaultExpectations"] = lab.Write("expectations.json", """{ "schema_version": 1, "expectations": [ { "fault": "status_401", "outcome": "env/auth_error" } ] }""");

        var problem = await Assert.ThrowsAsync<BenchUsageException>(() => lab.RunAsync(Token));

        Assert.Contains("'slow_drip'", Assert.Single(problem.Problems), StringComparison.Ordinal);
        Assert.False(Directory.Exists(lab.OutputDir));
    }

    [Theory]
    [InlineData("Profile", "dry-run")]
    [InlineData("Faults", "status_5000")]
    [InlineData("Faults", "all,status_500")]
    [InlineData("Faults", "status_500,status_500")]
    [InlineData("AgentRetries", "-1")]
    public void What_cannot_be_injected_is_refused(string key, string value)
    {
        using var lab = LabOfClaude();
        lab.Settings["Faults"] = "status_500";
        lab.Settings[key] = value;

        var problem = Assert.Throws<BenchUsageException>(lab.Inputs);

        Assert.Contains($"'{value.Split(',')[0]}'", Assert.Single(problem.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void All_means_every_fault_of_the_catalog()
    {
        using var lab = LabOfClaude();
        lab.Settings["Faults"] = "all";

        Assert.Equal(FaultCatalog.Ids, lab.Inputs().Settings.Faults);
    }

    [Fact]
    public void A_row_passes_when_its_job_ended_as_expected()
    {
        Assert.Null(FaultVerdict.Of(Refused, Expected, maxRetries: 1, "/runs/r1"));
        Assert.Null(FaultVerdict.Of(Refused, Expected with { Attempts = 2 }, maxRetries: 0, "/runs/r1"));
    }

    [Fact]
    public void An_attempt_that_an_overloaded_machine_ended_is_not_judged()
    {
        var starved = Refused.Attempts[0] with { FailureCategory = "env", FailureReason = FailureReasons.HostOverloaded, AttemptStartedAt = "2026-03-01T08:00:00.000Z", AttemptCompletedAt = "2026-03-01T09:00:00.000Z" };
        var record = Refused with { Attempts = [starved, Refused.Attempts[0]] };

        Assert.Null(FaultVerdict.Of(record, Expected, maxRetries: 1, "/runs/r1"));
        Assert.Null(FaultVerdict.Of(record, Expected with { Attempts = 2 }, maxRetries: 1, "/runs/r1"));
        Assert.IsType<HarnessFailureException>(FaultVerdict.Of(record, Expected with { Attempts = 2 }, maxRetries: 2, "/runs/r1"));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(0.79, false)]
    [InlineData(0.8, true)]
    public void The_time_of_an_attempt_that_waited_for_a_core_is_not_judged(double? pressure, bool passes)
    {
        var late = Refused.Attempts[0] with { CpuPressure = pressure, AttemptStartedAt = "2026-03-01T08:00:00.000Z", AttemptCompletedAt = "2026-03-01T09:00:00.000Z" };

        Assert.Equal(passes, FaultVerdict.Of(Refused with { Attempts = [late] }, Expected, maxRetries: 1, "/runs/r1") is null);
    }

    [Fact]
    public void A_row_that_ends_otherwise_fails_with_all_differences_and_the_records_own_evidence()
    {
        var expected = new FaultExpectation { Outcome = "env/provider_overloaded", Attempts = 2, Within = TimeSpan.FromSeconds(3) };

        var thrown = Assert.IsType<HarnessFailureException>(FaultVerdict.Of(Refused, expected, maxRetries: 1, "/runs/r1"));

        Assert.Equal(FailureReasons.UnexpectedOutcome, thrown.Reason);
        Assert.Equal(
            "'env/provider_overloaded' was expected, 'env/auth_error' came; 2 attempts were expected, there was 1; the end was expected within 3 s, it took 4.0 s",
            thrown.Failure.Evidence);
        Assert.Contains("HTTP 401: no such key", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_expectations_of_the_product_cover_every_lane_and_fault()
    {
        var expectations = ProductExpectations();

        Assert.Empty(from fault in FaultCatalog.Ids from lane in WorkflowCatalog.All where expectations.Find(fault, lane.Id) is null select $"{fault} {lane.Id}");
    }

    [Fact]
    public void The_page_lists_every_fault_and_every_row_that_it_shows_is_the_expected_one()
    {
        var page = File.ReadAllText(Path.Combine(TestFolder.RepositoryRoot, "docs", "chaos.md")).ReplaceLineEndings("\n").Split('\n');
        var expectations = ProductExpectations();
        var cells = page.Where(line => line.StartsWith('|')).Select(line => line[1..^1].Split('|', StringSplitOptions.TrimEntries)).ToList();

        var described = cells.Where(c => c.Length == 2 && c[0].StartsWith('`')).Select(c => $"{c[0].Trim('`')}: {c[1]}");
        var shown = cells.Where(c => c.Length == 9 && FaultCatalog.Ids.Contains(c[0])).Select(c => (Fault: c[0], Lane: c[1], Outcome: c[2], Attempts: c[5])).ToList();

        Assert.Equal(FaultCatalog.All.Select(f => $"{f.Id}: {f.Description}"), described);
        Assert.Equal(
            (from fault in FaultCatalog.Ids from lane in WorkflowCatalog.All select (fault, lane.Id)).Order(),
            shown.Select(row => (row.Fault, row.Lane)).Order());
        Assert.All(shown, row =>
        {
            var expected = expectations.Find(row.Fault, row.Lane)!;
            Assert.Equal(
                $"{row.Fault} {row.Lane} {expected.Outcome} {expected.Attempts.ToString(CultureInfo.InvariantCulture)}",
                $"{row.Fault} {row.Lane} {row.Outcome} {row.Attempts}");
        });
    }

    private static readonly FaultExpectation Expected = new() { Outcome = "env/auth_error", Attempts = 1, Within = TimeSpan.FromSeconds(10) };

    private static readonly JobRecord Refused = Bench.Fixtures.Tests.Records.SampleRun.Failed("cc_glm_headless", "p1") with
    {
        Fault = FaultCatalog.Status401,
        FailureCategory = "env",
        FailureReason = FailureReasons.AuthError,
        FailureEvidence = "HTTP 401: no such key",
        Attempts = [new AttemptRecord { Attempt = 0, Success = false, AttemptStartedAt = "2026-03-01T08:00:00.000Z", AttemptCompletedAt = "2026-03-01T08:00:04.000Z" }],
    };

    private static FaultExpectations ProductExpectations()
    {
        var path = Path.Combine(TestFolder.RepositoryRoot, "prompts", "chaos", "expectations.json");
        return FaultExpectationsReader.Parse(File.ReadAllBytes(path), path);
    }

    private static RunLab LabOfClaude()
    {
        var lab = new RunLab { Settings = { ["Workflows"] = "cc_glm_headless", ["Timeout"] = "240s", ["StallThreshold"] = "200s", ["Order"] = "sequential" } };
        lab.Settings["PromptsFile"] = lab.Write("prompts.json", """
            { "version": 1, "name": "faults", "prompts": [ { "id": "p1", "category": "c", "title": "t", "prompt": "Say DONE.", "success_hints": ["DONE"] } ] }
            """);
        lab.Write("scripted/p1.json", """{ "schema_version": 1, "prompt_id": "p1", "turns": [ { "text": "DONE" } ] }""");
        return lab;
    }
}
