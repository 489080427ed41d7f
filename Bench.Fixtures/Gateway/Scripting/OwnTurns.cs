using System.Text;
using Bench.Fixtures.Gateway.Protocols;

namespace Bench.Fixtures.Gateway.Scripting;

/// <summary>Where a request stands in the conversation about a prompt.</summary>
/// <param name="IsHidden">Beyond the prompt's own turns.</param>
/// <param name="Turn">The model's turn that is asked for, from 0; null when no user message carries the prompt.</param>
/// <param name="ToolResults">Results of the tools, by the turn that called them.</param>
internal sealed record TurnPlace(bool IsHidden, int? Turn, IReadOnlyList<IReadOnlyList<string>> ToolResults);

/// <summary>
/// Tells a prompt's own turns from what agents ask for themselves.
/// With tools on offer, a request for the lane's model is the agent at work: own.
/// Without tools it is own only as the plain first question: no JSON is demanded, and the first and the last thing that the user says
/// (context that agents add apart) is the prompt alone. A title request asks something else first, or wraps the prompt, or demands JSON; a summary request asks something last.
/// </summary>
internal static class OwnTurns
{
    // How agents mark context and pastes: Claude Code, Gemini CLI, Claude Code's input box.
    private static readonly string[] ContextTags = ["<system-reminder>", "<session_context>"];
    private const string PasteTag = "<pasted_content";

    public static TurnPlace Find(ModelCall call, string model, string promptText)
    {
        var prompt = Squeeze(promptText);
        var messages = call.Messages;
        var last = LastIndexOf(messages, m => m.Speaker == Speaker.User && m.Texts.Any(t => Squeeze(t).Contains(prompt, StringComparison.Ordinal)));
        var results = last is null ? [] : ToolResultsAfter(messages, last.Value);
        var isOwn = call.Model == model && (call.Tools.Count > 0 || IsPlainQuestion(call, prompt));
        return new TurnPlace(!isOwn, last is null ? null : results.Count, results);
    }

    /// <summary>All white space as single blanks: agents trim, re-wrap and end lines as they like.</summary>
    public static string Squeeze(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var c in text.AsSpan().Trim())
        {
            if (!char.IsWhiteSpace(c))
            {
                result.Append(c);
            }
            else if (result[^1] != ' ')
            {
                result.Append(' ');
            }
        }

        return result.ToString();
    }

    private static bool IsPlainQuestion(ModelCall call, string prompt)
    {
        if (call.WantsJson)
        {
            return false;
        }

        var said = call.Messages
            .Where(m => m.Speaker == Speaker.User)
            .Select(m => m.Texts.Where(t => !IsContext(t)).ToList())
            .Where(texts => texts.Count > 0)
            .ToList();
        return said.Count > 0 && said[0].Any(t => IsPrompt(t, prompt)) && said[^1].Any(t => IsPrompt(t, prompt));
    }

    /// <summary>What agents tell the model about machine and session, beside what the user says.</summary>
    public static bool IsContext(string text) => ContextTags.Any(tag => text.TrimStart().StartsWith(tag, StringComparison.Ordinal));

    private static bool IsPrompt(string text, string prompt)
    {
        var squeezed = Squeeze(text);
        return squeezed == prompt
            || (squeezed.StartsWith(PasteTag, StringComparison.Ordinal) && squeezed.Contains(prompt, StringComparison.Ordinal));
    }

    // A turn may be several messages in a row: some agents split text and tool calls.
    private static List<IReadOnlyList<string>> ToolResultsAfter(IReadOnlyList<ChatMessage> messages, int promptIndex)
    {
        var turns = new List<IReadOnlyList<string>>();
        var results = new List<string>();
        var before = Speaker.User;
        foreach (var message in messages.Skip(promptIndex + 1).Where(m => m.Speaker != Speaker.System))
        {
            if (message.Speaker == Speaker.Assistant && before != Speaker.Assistant)
            {
                results = [];
                turns.Add(results);
            }
            else if (message.Speaker == Speaker.Tool)
            {
                results.AddRange(message.Texts);
            }

            before = message.Speaker;
        }

        return turns;
    }

    private static int? LastIndexOf(IReadOnlyList<ChatMessage> messages, Func<ChatMessage, bool> predicate)
    {
        for (var index = messages.Count - 1; index >= 0; index--)
        {
            if (predicate(messages[index]))
            {
                return index;
            }
        }

        return null;
    }
}
