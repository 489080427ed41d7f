using System.Text;
using Bench.Fixtures.Gateway.Protocols;

namespace Bench.Fixtures.Gateway.Scripting;

/// <summary>
/// How the scripted model counts: a quarter of the UTF-16 code units of each text, rounded up. Only what is equal from run to run counts:
/// the prompt, the script's own turns and the tools' results, never the agent's system prompt and context.
/// </summary>
internal static class ScriptedTokens
{
    /// <summary>Tool name and arguments in the script's words, so that all agents count alike.</summary>
    public static long Of(ScriptedToolCall call) => TextGroups.TokensOf(call.Tool) + call.Arguments.Sum(a => TextGroups.TokensOf(a.Key) + TextGroups.TokensOf(a.Value));

    /// <summary>Output of a turn; reasoning counts whether or not the API shows it.</summary>
    public static long Output(ScriptedTurn turn) => Said(turn) + TextGroups.TokensOf(turn.Reasoning);

    /// <summary>Input of a turn: the prompt, and text, calls and results of all turns before it. Earlier reasoning is not read again.</summary>
    public static long Input(string promptText, ScriptedAnswer script, IReadOnlyList<IReadOnlyList<string>> toolResults, int turn, string? workingDirectory)
    {
        var count = TextGroups.TokensOf(promptText);
        for (var index = 0; index < turn; index++)
        {
            count += Said(script.TurnAt(index)) + toolResults[index].Sum(r => TextGroups.TokensOf(Steady(r, workingDirectory)));
        }

        return count;
    }

    /// <summary>A tool's result without what differs from run to run: the work folder is left out, and a number counts as one digit (process ids, times).</summary>
    public static string Steady(string result, string? workingDirectory)
    {
        var text = workingDirectory is { Length: > 1 } ? result.Replace(workingDirectory, "", StringComparison.Ordinal) : result;
        var steady = new StringBuilder(text.Length);
        for (var index = 0; index < text.Length; index++)
        {
            if (!char.IsAsciiDigit(text[index]) || index == 0 || !char.IsAsciiDigit(text[index - 1]))
            {
                steady.Append(text[index]);
            }
        }

        return steady.ToString();
    }

    private static long Said(ScriptedTurn turn) => TextGroups.TokensOf(turn.Text) + turn.ToolCalls.Sum(Of);
}
