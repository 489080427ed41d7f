using System.Text.Json;

namespace Bench.Fixtures.Gateway.Scripting;

/// <summary>Reads one scripted answer and notes every problem of it.</summary>
internal sealed class ScriptedAnswerReader(string path, List<string> problems)
{
    private static readonly string[] FileMembers = ["$schema", "schema_version", "prompt_id", "turns"];
    private static readonly string[] TurnMembers = ["reasoning", "text", "tool_calls", "finish"];

    /// <summary>The answer; null when it has problems, which are then in the list.</summary>
    public ScriptedAnswer? Read(JsonElement root, string promptId)
    {
        var before = problems.Count;
        if (root.ValueKind != JsonValueKind.Object)
        {
            Note("is not a JSON object");
            return null;
        }

        RefuseUnknown(root, "the file", FileMembers);
        if (!root.TryGetProperty("schema_version", out var version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number != ScriptedAnswer.CurrentSchemaVersion)
        {
            Note($"has no 'schema_version' {ScriptedAnswer.CurrentSchemaVersion}");
        }

        if (TextOf(root, "prompt_id", "the file") is var id && id != promptId)
        {
            Note($"says 'prompt_id' '{id}', but its name says '{promptId}'");
        }

        var turns = ReadTurns(root);
        return problems.Count == before ? new ScriptedAnswer { PromptId = promptId, Turns = turns } : null;
    }

    private List<ScriptedTurn> ReadTurns(JsonElement root)
    {
        if (!root.TryGetProperty("turns", out var array) || array.ValueKind != JsonValueKind.Array || array.GetArrayLength() == 0)
        {
            Note("has no 'turns': give at least one");
            return [];
        }

        var turns = array.EnumerateArray().Select((turn, index) => ReadTurn(turn, FormattableString.Invariant($"turns[{index}]"))).ToList();
        if (turns[^1].ToolCalls.Count > 0)
        {
            Note("ends with tool calls, after which the agent asks again: give a last turn without 'tool_calls'");
        }

        return turns;
    }

    private ScriptedTurn ReadTurn(JsonElement turn, string place)
    {
        if (turn.ValueKind != JsonValueKind.Object)
        {
            Note($"has '{place}', which is not an object");
            return new ScriptedTurn();
        }

        RefuseUnknown(turn, place, TurnMembers);
        var calls = ReadCalls(turn, place);
        return new ScriptedTurn
        {
            Reasoning = TextOf(turn, "reasoning", place) ?? "",
            Text = TextOf(turn, "text", place) ?? "",
            ToolCalls = calls,
            Finish = FinishOf(turn, place, calls.Count > 0),
        };
    }

    private List<ScriptedToolCall> ReadCalls(JsonElement turn, string place)
    {
        if (!turn.TryGetProperty("tool_calls", out var array))
        {
            return [];
        }

        if (array.ValueKind != JsonValueKind.Array)
        {
            Note($"has '{place}.tool_calls', which is not an array");
            return [];
        }

        return [.. array.EnumerateArray().Select((call, index) => ReadCall(call, FormattableString.Invariant($"{place}.tool_calls[{index}]"))).OfType<ScriptedToolCall>()];
    }

    private ScriptedToolCall? ReadCall(JsonElement call, string place)
    {
        var tool = call.ValueKind == JsonValueKind.Object ? TextOf(call, "tool", place) : null;
        if (tool is null || NeutralTools.ArgumentsOf(tool) is not { } names)
        {
            Note($"has '{place}' with 'tool' '{tool}': known tools are {string.Join(", ", NeutralTools.Names.Select(n => $"'{n}'"))}");
            return null;
        }

        RefuseUnknown(call, place, [.. names, "tool"]);
        var arguments = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (TextOf(call, name, place) is { } value)
            {
                arguments[name] = value;
            }
            else
            {
                Note($"has '{place}' without '{name}'");
            }
        }

        if (arguments.TryGetValue("path", out var file) && (file.Length == 0 || Path.IsPathRooted(file) || file.Split('/', '\\').Contains("..")))
        {
            Note($"has '{place}' with 'path' '{file}': give a path below the work folder, e.g. 'src/semver.py'");
        }

        return new ScriptedToolCall(tool, arguments);
    }

    private ScriptedFinish FinishOf(JsonElement turn, string place, bool hasCalls)
    {
        var word = TextOf(turn, "finish", place) ?? (hasCalls ? "tool_calls" : "stop");
        ScriptedFinish? finish = word switch
        {
            "stop" => ScriptedFinish.Stop,
            "tool_calls" => ScriptedFinish.ToolCalls,
            "length" => ScriptedFinish.Length,
            "content_filter" => ScriptedFinish.ContentFilter,
            _ => null,
        };
        if (finish is null)
        {
            Note($"has '{place}.finish' '{word}': known are 'stop', 'tool_calls', 'length', 'content_filter'");
        }
        else if (hasCalls != (finish == ScriptedFinish.ToolCalls))
        {
            Note($"has '{place}.finish' '{word}' {(hasCalls ? "with" : "without")} 'tool_calls': the two go together");
        }

        return finish ?? ScriptedFinish.Stop;
    }

    /// <summary>A text, or an array of its lines; null when it is not there.</summary>
    private string? TextOf(JsonElement element, string name, string place)
    {
        if (!element.TryGetProperty(name, out var value))
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(line => line.ValueKind == JsonValueKind.String))
        {
            return string.Join('\n', value.EnumerateArray().Select(line => line.GetString()));
        }

        Note($"has '{name}' of {place}, which is neither a text nor an array of lines");
        return "";
    }

    private void RefuseUnknown(JsonElement element, string place, string[] known)
    {
        foreach (var member in element.EnumerateObject().Where(m => !known.Contains(m.Name)))
        {
            Note($"has '{member.Name}' in {place}, which means nothing here: known are {string.Join(", ", known.Select(k => $"'{k}'"))}");
        }
    }

    private void Note(string problem) => problems.Add($"The scripted answer '{path}' {problem}.");
}
