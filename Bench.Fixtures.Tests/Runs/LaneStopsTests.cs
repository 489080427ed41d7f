using System.Net;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>What stops a lane or a provider, and what does not.</summary>
public sealed class LaneStopsTests : IDisposable
{
    private readonly RunLab lab = new() { Settings = { ["Live:CcGlm:BaseUrl"] = "https://a.example", ["Live:CcGlm:KeyVariable"] = "GLM_SECRET_ONE" } };
    private readonly UpstreamTarget upstream = new("https://a.example", "key");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => lab.Dispose();

    [Theory]
    [InlineData("http.auth", HttpStatusCode.Unauthorized, true)]
    [InlineData("http.auth", HttpStatusCode.Forbidden, false)]
    [InlineData("error.auth", null, true)]
    [InlineData("stderr.unasked_auth", null, true)]
    public void A_refused_key_stops_its_lane_and_no_other(string rule, HttpStatusCode? status, bool stops)
    {
        var laneStops = Stops();
        if (status is { } answered)
        {
            upstream.Circuit.Note(answered, upstream.BaseUrl);
        }

        var notice = laneStops.Note(JobOf("cc_glm_headless"), FailureOf(FailureReasons.AuthError, rule));

        Assert.Equal(stops, notice is not null);
        Assert.Equal(stops, laneStops.Find(JobOf("cc_glm_headless", 2)) is { Reason: FailureReasons.AuthError, RuleId: LaneStops.LaneRule, EndedBy: EndedBy.Harness });
        Assert.Null(laneStops.Find(JobOf("gemini_run_headless", 2)));
    }

    [Theory]
    [InlineData("agent.unusable", true)]
    [InlineData("agent.missing", false)]
    [InlineData("exception.start_missing", true)]
    [InlineData("exit.not_found", false)]
    public void An_agent_that_was_named_and_is_not_there_stops_its_lane_in_every_profile(string rule, bool stops)
    {
        var laneStops = new LaneStops(lab.Inputs().Settings, _ => null);

        laneStops.Note(JobOf("cc_glm_headless"), FailureOf(FailureReasons.CliMissing, rule));

        Assert.Equal(stops, laneStops.Find(JobOf("cc_glm_headless", 2)) is not null);
    }

    [Theory]
    [InlineData(FailureReasons.AuthError)]
    [InlineData(FailureReasons.WrongBaseUrl)]
    public void A_failure_that_was_made_on_purpose_stops_nothing_where_no_provider_is_behind_the_lane(string reason)
    {
        var laneStops = new LaneStops(lab.Inputs().Settings, _ => null);

        Assert.Null(laneStops.Note(JobOf("cc_glm_headless"), FailureOf(reason, "http.auth")));
        Assert.Null(laneStops.Find(JobOf("cc_glm_headless", 2)));
    }

    [Theory]
    [InlineData(15 * 60, false)]
    [InlineData((15 * 60) + 1, true)]
    [InlineData(86_400, true)]
    public void A_wait_that_nobody_waits_for_stops_the_provider_on_all_its_lanes(int seconds, bool stops)
    {
        var laneStops = Stops();
        var failure = FailureOf(FailureReasons.QuotaOrRateLimit, "http.quota") with { RetryAfter = TimeSpan.FromSeconds(seconds) };

        laneStops.Note(JobOf("opencode_run_headless"), failure);

        Assert.Equal(stops, laneStops.Find(JobOf("opencode_server_http", 2)) is { Reason: FailureReasons.QuotaOrRateLimit, RuleId: LaneStops.ProviderRule, RetryAfter: null });
        Assert.Null(laneStops.Find(JobOf("cc_glm_headless") with { Provider = "another" }));
    }

    [Fact]
    public void A_failure_is_told_with_the_variable_of_the_key_and_the_wait_that_was_asked_for()
    {
        var laneStops = Stops();
        var job = JobOf("cc_glm_headless");

        var key = laneStops.Explained(job, FailureOf(FailureReasons.AuthError, "http.auth"));
        var wait = laneStops.Explained(job, FailureOf(FailureReasons.QuotaOrRateLimit, "http.quota") with { RetryAfter = TimeSpan.FromDays(1) });

        Assert.Equal("HTTP 4xx. The key is that of the environment variable GLM_SECRET_ONE.", key!.Evidence);
        Assert.Equal("HTTP 4xx. The provider asks to wait 24 h; Bench waits for 15 min at most.", wait!.Evidence);
        Assert.Null(laneStops.Explained(job, null));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_first_job_of_a_lane_goes_ahead_of_the_others_until_it_has_ended_an_attempt()
    {
        var laneStops = Stops();
        await laneStops.ReadyAsync(JobOf("cc_glm_headless"), Token);
        var second = laneStops.ReadyAsync(JobOf("cc_glm_headless", 2), Token);
        var waited = !second.IsCompleted;

        laneStops.Note(JobOf("cc_glm_headless"), null);

        await second;
        Assert.True(waited);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_first_job_of_a_lane_goes_ahead_of_the_others_until_it_has_a_good_answer()
    {
        var laneStops = Stops();
        await laneStops.ReadyAsync(JobOf("cc_glm_headless"), Token);
        var second = laneStops.ReadyAsync(JobOf("cc_glm_headless", 2), Token);

        upstream.Circuit.Note(HttpStatusCode.OK, upstream.BaseUrl);

        await second;
    }

    private LaneStops Stops() => new(lab.Inputs().Settings, _ => upstream);

    private static Failure FailureOf(string reason, string rule) => new() { Category = FailureCategory.Env, Reason = reason, EndedBy = EndedBy.Provider, RuleId = rule, Evidence = "HTTP 4xx" };

    private static Job JobOf(string workflow, int trial = 1) => new()
    {
        JobId = Job.IdOf(workflow, "p", trial),
        Ordinal = trial,
        WorkflowId = workflow,
        System = WorkflowCatalog.Find(workflow)!.System,
        WorkflowKind = WorkflowKind.Headless,
        PromptId = "p",
        PromptCategory = "c",
        PromptTitle = "t",
        Trial = trial,
        Model = "m",
        Provider = "zai",
    };
}
