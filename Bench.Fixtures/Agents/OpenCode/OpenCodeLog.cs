using System.Globalization;
using System.Text.RegularExpressions;
using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Agents.OpenCode;

/// <summary>
/// What OpenCode prints on standard error with <c>--print-logs --log-level WARN</c>: nothing in a clean run. It alone tells the cause of
/// "Unexpected server error", and that a model request was repeated. Not safe for threads.
/// </summary>
internal sealed partial class OpenCodeLog
{
    private const int MaxCauses = 32;

    private readonly Dictionary<string, OpenCodeError> causes = [];
    private string? failedRequest;
    private string? fatal;

    private int failedRequests;

    /// <summary>Model requests that failed since the last answer, repeated ones included.</summary>
    public int FailedInARow { get; private set; }

    /// <summary>What the last of them failed with; null when none did.</summary>
    public OpenCodeError? LastFailure => failedRequest is null ? null : OpenCodeError.OfText(failedRequest, "APIError");

    /// <summary>Reads one line.</summary>
    public void Read(string line)
    {
        if (OpenCodeLogLine.Field(line, "level") is null)
        {
            var plain = Colours().Replace(line, "");
            fatal ??= plain.StartsWith(FatalPrefix, StringComparison.Ordinal) ? plain[FatalPrefix.Length..].Trim() : null;
            return;
        }

        if (OpenCodeLogLine.Field(line, "message") == "stream error")
        {
            failedRequests++;
            FailedInARow++;
            failedRequest = OpenCodeLogLine.Field(line, "error.error") ?? failedRequest;
        }
        else if (OpenCodeLogLine.Field(line, "ref") is { } reference && OpenCodeLogLine.Field(line, "error") is { } text && causes.Count < MaxCauses)
        {
            causes.TryAdd(reference, OpenCodeError.OfText(text, "UnknownError"));
        }
    }

    /// <summary>A model request was answered.</summary>
    public void OnAnswer() => FailedInARow = 0;

    /// <summary>The error with its cause, where the log has it; without an error event, what the program died of.</summary>
    public OpenCodeError? CauseOf(OpenCodeError? error)
    {
        if (error is null)
        {
            return fatal is null ? null : OpenCodeError.OfText(fatal, "Error");
        }

        return error.Reference is { } reference && causes.TryGetValue(reference, out var cause) ? cause with { Status = error.Status } : error;
    }

    /// <summary>Model requests that the program repeated on its own.</summary>
    /// <param name="requestsFailedForGood">Failed requests that the program gave up on: they were not repeated.</param>
    public IReadOnlyList<Incident> Incidents(int requestsFailedForGood) => failedRequests <= requestsFailedForGood
        ? []
        : [new Incident("agent_retried", string.Create(
            CultureInfo.InvariantCulture,
            $"opencode repeated a model request {failedRequests - requestsFailedForGood} times; the last one failed with: {failedRequest}"))];

    private const string FatalPrefix = "Error: ";

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Colours();
}
