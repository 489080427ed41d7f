using System.Text.Json;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Agents.Gemini;

/// <summary>What Gemini CLI says about a failed run, taken apart.</summary>
/// <param name="Name">The API's status word or the program's error class; null when it gives none.</param>
/// <param name="Message">The sentence, without its wrapping.</param>
/// <param name="HttpStatus">The HTTP status; null when it gives none.</param>
internal sealed record GeminiError(string? Name, string? Message, int? HttpStatus)
{
    private const string Prefix = "[API Error: ";

    /// <summary>Takes <c>[API Error: {"error":{"code":401,"message":"…","status":"UNAUTHENTICATED"}}]</c> or <c>[API Error: sentence]</c> apart; anything else is the message.</summary>
    public static GeminiError Parse(string? message)
    {
        if (message is null || !message.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return new GeminiError(null, message, null);
        }

        var end = message.LastIndexOf(']');
        var inner = message[Prefix.Length..(end < Prefix.Length ? message.Length : end)];
        try
        {
            using var document = OutsideJson.Parse(inner);
            var error = document.RootElement;
            return new GeminiError(
                error.Text("error", "status"),
                error.Text("error", "message") ?? inner,
                (int?)error.Number("error", "code"));
        }
        catch (JsonException)
        {
            return new GeminiError("APIError", inner, null);
        }
    }

    /// <summary>
    /// What an exit code means: above 143 an HTTP status modulo 256 (429 exits with 173), below the program's own classes.
    /// Null for the codes that say nothing.
    /// </summary>
    public static GeminiError? OfExitCode(int exitCode) => exitCode switch
    {
        41 => new GeminiError("FatalAuthenticationError", null, null),
        42 => new GeminiError("FatalInputError", null, null),
        44 => new GeminiError("FatalSandboxError", null, null),
        52 => new GeminiError("FatalConfigError", null, null),
        53 => new GeminiError("FatalTurnLimitedError", null, null),
        54 => new GeminiError("FatalToolExecutionError", null, null),
        55 => new GeminiError("FatalUntrustedWorkspaceError", null, null),
        >= 144 and <= 255 => new GeminiError(null, null, exitCode + 256),
        _ => null,
    };
}
