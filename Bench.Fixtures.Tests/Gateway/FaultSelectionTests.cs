using Bench.Fixtures.Gateway;
using Bench.Fixtures.Gateway.Faults;
using Bench.Fixtures.Settings;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

public sealed class FaultSelectionTests
{
    private static readonly RouteSpec Job = Spec(Script("Hello"));

    [Theory]
    [InlineData("*", "1 2 3 4 5 6")]
    [InlineData("1", "1")]
    [InlineData("2-3", "2 3")]
    [InlineData("5-", "5 6")]
    [InlineData("1, 3-4", "1 3 4")]
    public void Requests_are_chosen_by_their_number(string requests, string expected)
    {
        var rule = FaultRule.EveryRequest(FaultCatalog.Status500) with { Requests = RequestNumbers.TryParse(requests)! };
        var selector = new FaultSelector(new FaultPlan { Rules = [rule] }, runSeed: 0);

        var failed = Enumerable.Range(1, 6).Where(_ => selector.Next(Job) is not null).ToList();

        Assert.Equal(expected, string.Join(' ', failed));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("3-2")]
    [InlineData("1,,2")]
    [InlineData("-2")]
    [InlineData("one")]
    [InlineData("1-2-3")]
    public void What_is_no_choice_of_requests_is_none(string text) => Assert.Null(RequestNumbers.TryParse(text));

    [Fact]
    public void Requests_are_counted_over_all_attempts_of_a_job_and_for_each_job_apart()
    {
        var rule = FaultRule.EveryRequest(FaultCatalog.Status500) with { Requests = RequestNumbers.TryParse("2")! };
        var selector = new FaultSelector(new FaultPlan { Rules = [rule] }, runSeed: 0);

        bool[] failed = [selector.Next(Job) is not null, selector.Next(Job with { JobId = "other__p1" }) is not null, selector.Next(Job with { Attempt = 1 }) is not null];

        Assert.Equal([false, false, true], failed);
    }

    [Fact]
    public void The_first_rule_whose_pattern_fits_the_job_decides()
    {
        var selector = new FaultSelector(
            new FaultPlan
            {
                Rules =
                [
                    FaultRule.EveryRequest(FaultCatalog.Status401) with { Job = "cc_glm*" },
                    FaultRule.EveryRequest(FaultCatalog.Status500) with { Job = "wf__p?" },
                    FaultRule.EveryRequest(FaultCatalog.Status503),
                ],
            },
            runSeed: 0);

        Assert.Equal(FaultCatalog.Status500, selector.Next(Job)!.Fault);
        Assert.Equal(FaultCatalog.Status503, selector.Next(Job with { JobId = "wf__p12" })!.Fault);
    }

    [Fact]
    public void Chances_are_drawn_from_the_seed_alone()
    {
        var rule = FaultRule.EveryRequest(FaultCatalog.Status500) with { Probability = 0.3 };

        var first = Draw(rule, seed: 1, runSeed: 0);
        var again = Draw(rule, seed: 1, runSeed: 99);
        var byRun = Draw(rule, seed: null, runSeed: 1);
        var other = Draw(rule, seed: 2, runSeed: 0);

        Assert.Equal(first, again);
        Assert.Equal(first, byRun);
        Assert.NotEqual(first, other);
        Assert.InRange(first.Count(failed => failed), 240, 360);
    }

    [Fact]
    public void The_jobs_own_fault_goes_before_the_plan()
    {
        var selector = new FaultSelector(new FaultPlan { Rules = [FaultRule.EveryRequest(FaultCatalog.Status500)] }, runSeed: 0);

        Assert.Equal(FaultCatalog.Refusal, selector.Next(Job with { Fault = FaultCatalog.Refusal })!.Fault);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_fault_of_the_first_request_lets_the_second_one_through()
    {
        var rule = FaultRule.EveryRequest(FaultCatalog.Status503) with { Requests = RequestNumbers.TryParse("1")! };
        await using var bed = await StartAsync(options: Options with { Faults = new FaultPlan { Rules = [rule] } });

        using var first = await bed.PostAsync("/v1/chat/completions", OpenAiBody());
        using var second = await bed.PostAsync("/v1/chat/completions", OpenAiBody());
        await bed.Route.WaitForIdleAsync(TestContext.Current.CancellationToken);

        Assert.Equal([503, 200], bed.Route.Requests.Select(r => r.Status ?? 0));
        Assert.Equal([FaultCatalog.Status503, null], bed.Route.Requests.Select(r => r.Fault));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_that_repeats_more_than_it_may_is_told_of_and_gets_no_answer()
    {
        await using var bed = await StartAsync(options: Options with { Faults = new FaultPlan { Rules = [FaultRule.EveryRequest(FaultCatalog.Status503)] } });
        using var route = bed.Gateway.OpenRoute(Spec(Script("Hello"), attempt: 1) with { MaxRepeats = 1 });
        using var first = await bed.PostToAsync(route.BaseUrl + "/v1/chat/completions", OpenAiBody());
        using var repeated = await bed.PostToAsync(route.BaseUrl + "/v1/chat/completions", OpenAiBody());
        await route.WaitForIdleAsync(TestContext.Current.CancellationToken);
        var wasExhausted = route.RepeatsExhausted.IsCompleted;

        var third = bed.PostToAsync(route.BaseUrl + "/v1/chat/completions", OpenAiBody());
        await route.RepeatsExhausted.WaitAsync(TestContext.Current.CancellationToken);
        route.Dispose();

        await Assert.ThrowsAsync<HttpRequestException>(() => third);
        Assert.False(wasExhausted);
        Assert.Equal(["http_503", "http_503", GatewayRequest.RepeatsExhausted], route.Requests.Select(r => r.Error));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_answer_in_between_begins_the_count_anew()
    {
        var rule = FaultRule.EveryRequest(FaultCatalog.Status503) with { Requests = RequestNumbers.TryParse("1,3")! };
        await using var bed = await StartAsync(options: Options with { Faults = new FaultPlan { Rules = [rule] } });
        using var route = bed.Gateway.OpenRoute(Spec(Script("Hello"), attempt: 1) with { MaxRepeats = 1 });

        foreach (var _ in Enumerable.Range(0, 4))
        {
            using var response = await bed.PostToAsync(route.BaseUrl + "/v1/chat/completions", OpenAiBody());
            await route.WaitForIdleAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal([503, 200, 503, 200], route.Requests.Select(r => r.Status ?? 0));
        Assert.False(route.RepeatsExhausted.IsCompleted);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_route_with_a_fault_that_cannot_be_injected_is_refused()
    {
        await using var bed = await StartAsync();

        var unknown = Assert.Throws<ArgumentException>(() => bed.Gateway.OpenRoute(Spec(Script("Hello"), attempt: 1) with { Fault = "status_5000" }));
        var forwarded = Assert.Throws<ArgumentException>(() => bed.Gateway.OpenRoute(Spec(null, attempt: 1, upstream: new UpstreamTarget("http://127.0.0.1:1/", "key")) with { Fault = FaultCatalog.Status500 }));

        Assert.Contains("'status_5000'", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("no script", forwarded.Message, StringComparison.Ordinal);
    }

    private static List<bool> Draw(FaultRule rule, int? seed, int runSeed)
    {
        var selector = new FaultSelector(new FaultPlan { Seed = seed, Rules = [rule] }, runSeed);
        return [.. Enumerable.Range(0, 1000).Select(_ => selector.Next(Job) is not null)];
    }
}
