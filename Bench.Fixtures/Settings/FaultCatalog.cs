namespace Bench.Fixtures.Settings;

/// <summary>A way in which the gateway can let the model fail.</summary>
/// <param name="Id">Snake-case id, as in settings, plans, job ids, records and usage.jsonl.</param>
/// <param name="Description">What the agent meets: one line.</param>
public sealed record FaultDescription(string Id, string Description);

/// <summary>The faults that the gateway injects on demand. A closed set; docs/chaos.md lists the same.</summary>
public static class FaultCatalog
{
#pragma warning disable CS1591 // the description says what it does
    public const string Status400 = "status_400";
    public const string Status401 = "status_401";
    public const string Status403 = "status_403";
    public const string Status404 = "status_404";
    public const string Status413 = "status_413";
    public const string Status429 = "status_429";
    public const string Status429RetryAfter = "status_429_retry_after";
    public const string Status429Zai1302 = "status_429_zai_1302";
    public const string Status500 = "status_500";
    public const string Status503 = "status_503";
    public const string Status529 = "status_529";
    public const string ConnectionRefused = "connection_refused";
    public const string ConnectionReset = "connection_reset";
    public const string NoHeaders = "no_headers";
    public const string StallBeforeStream = "stall_before_stream";
    public const string StallMidStream = "stall_mid_stream";
    public const string CutStream = "cut_stream";
    public const string NoFinalEvent = "no_final_event";
    public const string BrokenSse = "broken_sse";
    public const string TruncatedJson = "truncated_json";
    public const string HtmlAnswer = "html_answer";
    public const string EmptyAnswer = "empty_answer";
    public const string Refusal = "refusal";
    public const string LengthStop = "length_stop";
    public const string WrongModel = "wrong_model";
    public const string SlowDrip = "slow_drip";
#pragma warning restore CS1591

    /// <summary>Every fault, in the order in which tables show them.</summary>
    public static IReadOnlyList<FaultDescription> All { get; } =
    [
        new(Status400, "HTTP 400: the provider refuses the request as malformed"),
        new(Status401, "HTTP 401: the key is not known"),
        new(Status403, "HTTP 403: the key may not do this"),
        new(Status404, "HTTP 404: the model is not known"),
        new(Status413, "HTTP 413: the request is too large"),
        new(Status429, "HTTP 429 without a word on when to come back"),
        new(Status429RetryAfter, "HTTP 429 that asks to wait (Retry-After; for Gemini RetryInfo as well)"),
        new(Status429Zai1302, "HTTP 429 with the body of Z.AI: code 1302 and no type"),
        new(Status500, "HTTP 500: the provider's service failed"),
        new(Status503, "HTTP 503: the provider's service is not available"),
        new(Status529, "HTTP 529: the provider's service is overloaded"),
        new(ConnectionRefused, "nobody listens at the port"),
        new(ConnectionReset, "the connection is reset before any answer"),
        new(NoHeaders, "the request is read and never answered"),
        new(StallBeforeStream, "the headers come and nothing behind them"),
        new(StallMidStream, "half of the answer comes, then nothing; the connection stays open"),
        new(CutStream, "half of the streamed answer comes, then the connection is reset"),
        new(NoFinalEvent, "the streamed answer ends cleanly without its last events: no finish reason, no end mark"),
        new(BrokenSse, "half of the streamed answer comes, then an event that is no JSON, then a clean end"),
        new(TruncatedJson, "HTTP 200 with the first half of a JSON document"),
        new(HtmlAnswer, "HTTP 200 with a web page"),
        new(EmptyAnswer, "a whole answer without text that ends as done"),
        new(Refusal, "a whole answer without text that ends as refused for its content"),
        new(LengthStop, "half of the answer, ended at the output limit"),
        new(WrongModel, "a good answer in the name of another model"),
        new(SlowDrip, "a good answer, in small pieces with long pauses"),
    ];

    /// <summary>Their ids.</summary>
    public static IReadOnlyList<string> Ids { get; } = [.. All.Select(fault => fault.Id)];
}
