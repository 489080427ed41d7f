using System.Net;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Redaction;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

/// <summary>What the gateway does when it fails by itself: its clock throws.</summary>
public sealed class GatewayDefectTests : IDisposable
{
    private const string Path = "/v1/chat/completions";
    private const string Secret = "a-secret-in-a-message";

    private readonly TestFolder folder = new();
    private readonly FusedClock clock = new();

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_defect_in_mid_stream_breaks_the_answer_and_stands_in_books_and_log()
    {
        await using var bed = await StartAsync(Script(string.Concat(Enumerable.Repeat("word ", 400))), DefectOptions with { TokensPerSecond = 20 });

        using var response = await bed.PostAsync(Path, OpenAiBody(stream: true));
        clock.BlowAt(1);

        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var request = await bed.OnlyRequestAsync();
        Assert.Equal((200, "internal_error"), (request.Status, request.Error));
        Assert.Contains("InvalidTimeZoneException: The fuse", request.ErrorDetail, StringComparison.Ordinal);
        Assert.Contains("gateway/failures.log", request.ErrorDetail, StringComparison.Ordinal);
        CheckLog("wf__p1, attempt 0: POST /v1/chat/completions");
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_defect_before_the_answer_is_told_to_the_agent_without_its_details()
    {
        await using var bed = await StartAsync(options: DefectOptions);

        // Its arrival, its route and its beginning are stamped; what comes then is its body.
        clock.BlowAt(4);
        using var response = await bed.PostAsync(Path, OpenAiBody());

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.DoesNotContain("fuse", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("The fuse", (await bed.OnlyRequestAsync()).ErrorDetail, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_defect_on_what_is_no_model_request_is_answered_and_logged_too()
    {
        await using var bed = await StartAsync(options: DefectOptions);

        clock.BlowAt(2);
        using var response = await bed.SendAsync(HttpMethod.Get, bed.Route.BaseUrl + "/v1/models");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        CheckLog("no attempt: GET /v1/models");
    }

    private GatewayOptions DefectOptions => Options with
    {
        Clock = clock,
        FailuresPath = folder.At("gateway", "failures.log"),
        Redactor = new Redactor([new KnownSecret("SECRET", Secret)]),
    };

    private void CheckLog(string what)
    {
        var log = File.ReadAllText(folder.At("gateway", "failures.log"));
        Assert.Contains(what, log, StringComparison.Ordinal);
        Assert.Contains("System.InvalidTimeZoneException: The fuse", log, StringComparison.Ordinal);
        Assert.Contains("   at ", log, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, log, StringComparison.Ordinal);
    }

    /// <summary>The system's clock, until its fuse blows once.</summary>
    private sealed class FusedClock : TimeProvider
    {
        private int callsLeft = -1;

        public void BlowAt(int call) => Volatile.Write(ref callsLeft, call);

        public override long GetTimestamp() => Volatile.Read(ref callsLeft) > 0 && Interlocked.Decrement(ref callsLeft) == 0
            ? throw new InvalidTimeZoneException($"The fuse has blown: {Secret}.")
            : base.GetTimestamp();
    }
}
