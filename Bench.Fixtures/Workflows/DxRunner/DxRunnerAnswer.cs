using System.Text.Json;
using System.Text.RegularExpressions;

namespace Bench.Fixtures.Workflows.DxRunner;

/// <summary>Takes the assistant's answer out of a job's log, which is what the provider's command line printed: OpenCode's events, Gemini's one object, or cc-glm's plain text.</summary>
internal static partial class DxRunnerAnswer
{
    /// <summary>The answer; empty when there is none.</summary>
    public static string Of(string log)
    {
        var events = log.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith('{')).Select(TextOf).OfType<string>().ToList();
        if (events.Count > 0)
        {
            return string.Concat(events).Trim();
        }

        var (open, close) = (log.IndexOf('{', StringComparison.Ordinal), log.LastIndexOf('}'));
        return open >= 0 && close > open && TextOf(log[open..(close + 1)]) is { } whole
            ? whole.Trim()
            : string.Join('\n', log.Split('\n').Where(line => !Banner().IsMatch(line))).Trim();
    }

    // OpenCode: {"type":"text","part":{"text":…}}; Gemini: {"response":…}. An event without text gives an empty one: it is no plain text either.
    private static string? TextOf(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            return root.ValueKind != JsonValueKind.Object ? null
                : root.TryGetProperty("response", out var response) && response.ValueKind == JsonValueKind.String ? response.GetString()
                : !root.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String ? null
                : type.ValueEquals("text") && root.TryGetProperty("part", out var part) && part.TryGetProperty("text", out var text) ? text.GetString()
                : "";
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // [cc-glm-headless] LAUNCH_OK …, [dx-runner] …
    [GeneratedRegex(@"^\[[a-z][a-z0-9-]*\] ", RegexOptions.CultureInvariant)]
    private static partial Regex Banner();
}
