using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Workflows.DxRunner;

/// <summary>Takes the assistant's answer out of a job's log, which is what the provider's command line printed: OpenCode's events, Gemini's one object, or cc-glm's plain text.</summary>
internal static partial class DxRunnerAnswer
{
    /// <summary>The answer; empty when there is none.</summary>
    /// <param name="log">What the provider's command line printed.</param>
    /// <param name="mendedTexts">How many of its JSON texts were no Unicode.</param>
    public static string Of(string log, out int mendedTexts)
    {
        var mended = 0;
        var answer = Of(log, json => TextOf(json, ref mended));
        mendedTexts = mended;
        return answer;
    }

    private static string Of(string log, Func<string, string?> textOf)
    {
        var events = log.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith('{')).Select(textOf).OfType<string>().ToList();
        if (events.Count > 0)
        {
            return string.Concat(events).Trim();
        }

        var (open, close) = (log.IndexOf('{', StringComparison.Ordinal), log.LastIndexOf('}'));
        return open >= 0 && close > open && textOf(log[open..(close + 1)]) is { } whole
            ? whole.Trim()
            : string.Join('\n', log.Split('\n').Where(line => !Banner().IsMatch(line))).Trim();
    }

    // OpenCode: {"type":"text","part":{"text":…}}; Gemini: {"response":…}. An event without text gives an empty one: it is no plain text either.
    private static string? TextOf(string json, ref int mended)
    {
        try
        {
            using var document = OutsideJson.Parse(Encoding.UTF8.GetBytes(json), out var wasMended);
            mended += wasMended ? 1 : 0;
            var root = document.RootElement;
            return root.Text("response") ?? (root.Text("type") is not { } type ? null : type == "text" ? root.Text("part", "text") ?? "" : "");
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
