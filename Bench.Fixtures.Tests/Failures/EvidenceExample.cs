using System.ComponentModel;
using System.Globalization;
using System.Net.Http;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Failures;

/// <summary>
/// One line of Data/&lt;rule&gt;.true.jsonl or .false.jsonl: an attempt, in words close to the evidence. What is not said is absent,
/// except that the model asked for is glm-5.
/// </summary>
internal sealed record EvidenceExample
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>What the example is about.</summary>
    public required string Case { get; init; }

    /// <summary>For a near miss, the rule that fires instead; null where nothing failed.</summary>
    public string? Instead { get; init; }

    public int? ExitCode { get; init; }

    public int? Signal { get; init; }

    public bool TimedOut { get; init; }

    public bool Stalled { get; init; }

    /// <summary>What Bench threw, e.g. <c>io:28</c>; a <c>&gt;</c> stands before the cause.</summary>
    public string? Exception { get; init; }

    /// <summary>Seconds.</summary>
    public double StoodStill { get; init; }

    public int? HttpStatus { get; init; }

    public string? ErrorName { get; init; }

    public string? ErrorMessage { get; init; }

    public string? Gateway { get; init; }

    public int Unattributed { get; init; }

    public string[] Stderr { get; init; } = [];

    public string[] Stdout { get; init; } = [];

    public bool Terminal { get; init; }

    public string? Parser { get; init; }

    public string? Finish { get; init; }

    public bool Empty { get; init; }

    public int Denials { get; init; }

    public string Asked { get; init; } = "glm-5";

    public string? Answered { get; init; }

    public string[] Checks { get; init; } = [];

    public int? Requests { get; init; }

    public bool Output { get; init; }

    public bool Overloaded { get; init; }

    public int? PromptLeft { get; init; }

    public static IReadOnlyList<EvidenceExample> Of(string rule, bool isTrue)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Failures", "Data", $"{rule}.{(isTrue ? "true" : "false")}.jsonl");
        return [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize<EvidenceExample>(line, Options)!)];
    }

    public AttemptEvidence ToEvidence() => new()
    {
        ExitCode = ExitCode,
        Signal = Signal,
        TimedOut = TimedOut,
        Stalled = Stalled,
        StoodStill = TimeSpan.FromSeconds(StoodStill),
        Exception = Exception is null ? null : Thrown(Exception),
        HttpStatus = HttpStatus,
        ErrorName = ErrorName,
        ErrorMessage = ErrorMessage,
        GatewayError = Gateway,
        GatewayErrorDetail = Gateway is null ? null : "The gateway said no.",
        ModelRequests = Requests,
        HasOutput = Output,
        CpuPressure = Overloaded ? 0.97 : 0.12,
        HostIsOverloaded = Overloaded,
        PromptBytesLeft = PromptLeft,
        UnattributedRequests = Unattributed,
        StderrTail = Stderr,
        StdoutLines = Stdout,
        HasTerminalEvent = Terminal,
        ParserProblem = Parser,
        FinishReason = Finish,
        AnswerIsEmpty = Empty,
        PermissionDenials = Denials,
        ModelAsked = Asked,
        ModelAnswered = Answered,
        FailedChecks = Checks,
    };

    private static Exception Thrown(string text)
    {
        var parts = text.Split('>', 2);
        var inner = parts.Length > 1 ? Thrown(parts[1]) : null;
        var words = parts[0].Split(':');
        _ = int.TryParse(words[^1], NumberStyles.Integer, CultureInfo.InvariantCulture, out var number);
        return words[0] switch
        {
            "start" => new ProcessStartException(Spec("/bin/sh"), "it failed.", number, inner),
            "start_missing" => new ProcessStartException(Spec("/nowhere/opencode"), "it failed.", null, inner),
            "win32" => new Win32Exception(number),
            "io" => new IOException("A file could not be written.", number),
            "io_over" => new IOException("The log could not be written.", inner),
            "artifact" => new ArtifactException("/run/raw/job.json", inner!),
            "not_found" => new FileNotFoundException("No file '/run/prompts.json'."),
            "unauthorized" => new UnauthorizedAccessException("Access to the path '/run' is denied."),
            "socket" => new SocketException(number),
            "http" => new HttpRequestException("Connection refused (127.0.0.1:4096)", inner),
            "timeout" => new TimeoutException("The operation has timed out."),
            "canceled" => new TaskCanceledException("A task was canceled.", inner),
            "json" => new JsonException("'<' is an invalid start of a value."),
            _ => new InvalidOperationException(words[^1], inner),
        };
    }

    private static ProcessSpec Spec(string file) => new() { FileName = file, WorkingDirectory = "/", Environment = new Dictionary<string, string>() };
}
