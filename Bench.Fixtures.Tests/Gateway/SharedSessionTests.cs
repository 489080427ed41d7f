using System.Net;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

public sealed class SharedSessionTests
{
    private const string Path = "/v1/chat/completions";

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("x-session-id")]
    [InlineData("X-Session-Affinity")]
    public async Task A_bound_session_belongs_to_its_route(string header)
    {
        await using var bed = await StartAsync();
        using var other = bed.Gateway.OpenRoute(Spec(Script("Other."), "wf__p2"));
        bed.Gateway.BindSession("ses_1", bed.Route);
        bed.Gateway.BindSession("ses_2", other);

        using var response = await bed.PostToAsync(bed.Gateway.SharedBaseUrl + Path, OpenAiBody(), (header, "ses_2"));

        Assert.Equal("Other.", (string?)(await JsonOf(response))["choices"]![0]!["message"]!["content"]);
        Assert.Single(other.Requests);
        Assert.Empty(bed.Route.Requests);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_request_waits_for_its_session_to_be_bound()
    {
        await using var bed = await StartAsync();
        var asked = bed.PostToAsync(bed.Gateway.SharedBaseUrl + Path, OpenAiBody(), ("x-session-id", "ses_1"));
        Assert.False(asked.IsCompleted);

        bed.Gateway.BindSession("ses_1", bed.Route);

        using var response = await asked;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(bed.Route.Requests);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("ses_9")]
    [InlineData("")]
    public async Task A_session_that_nobody_binds_is_served_as_unattributed(string session)
    {
        using var folder = new TestFolder();
        var options = Options with { Clock = new JumpingClock(), UsagePath = folder.At("usage.jsonl") };
        await using var bed = await StartAsync(options: options);

        using var response = await bed.PostToAsync(bed.Gateway.SharedBaseUrl + Path, OpenAiBody(), ("x-session-id", session));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Empty(bed.Route.Requests);
        var line = await UsageLogTests.OnlyLineAsync(options.UsagePath!);
        Assert.Null(line["job"]);
        Assert.Equal("unattributed_session", (string?)line["error"]);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_sub_agents_session_belongs_where_its_parent_does_and_so_do_its_own_children()
    {
        await using var bed = await StartAsync();
        bed.Gateway.BindSession("ses_1", bed.Route);

        using var child = await bed.PostToAsync(bed.Gateway.SharedBaseUrl + Path, OpenAiBody(), ("x-session-id", "ses_2"), ("x-parent-session-id", "ses_1"));
        using var grandchild = await bed.PostToAsync(bed.Gateway.SharedBaseUrl + Path, OpenAiBody(), ("x-session-id", "ses_3"), ("x-parent-session-id", "ses_2"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (child.StatusCode, grandchild.StatusCode));
        Assert.Equal(2, bed.Route.Requests.Count);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_session_of_a_closed_route_is_refused_at_once()
    {
        await using var bed = await StartAsync();
        bed.Gateway.BindSession("ses_1", bed.Route);
        bed.Route.Dispose();

        using var response = await bed.PostToAsync(bed.Gateway.SharedBaseUrl + Path, OpenAiBody(), ("x-session-id", "ses_1"));

        Assert.Equal(HttpStatusCode.Gone, response.StatusCode);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_session_can_move_to_the_next_attempt()
    {
        await using var bed = await StartAsync();
        using var next = bed.Gateway.OpenRoute(Spec(Script("Next."), attempt: 1));
        bed.Gateway.BindSession("ses_1", bed.Route);
        bed.Gateway.BindSession("ses_1", next);

        using var response = await bed.PostToAsync(bed.Gateway.SharedBaseUrl + Path, OpenAiBody(), ("x-session-id", "ses_1"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(next.Requests);
    }
}
