using System.Text.Json.Nodes;
using Bench.Fixtures.Gateway.Protocols;

namespace Bench.Fixtures.Gateway.Scripting;

/// <summary>The script asks for something that this request cannot give; answered with 400.</summary>
internal sealed class ScriptMismatchException(string code, string message) : InvalidOperationException(message)
{
    public string Code { get; } = code;
}

/// <summary>The tools that scripts may call, and what agents call them.</summary>
internal static class NeutralTools
{
    private static readonly NeutralTool[] Tools =
    [
        new("shell", ["command"], ["bash", "Bash", "run_shell_command", "shell"]),
        new("write_file", ["path", "content"], ["write", "Write", "write_file"]),
        new("read_file", ["path"], ["read", "Read", "read_file"]),
    ];

    // By the script's name of an argument: what versions of agents call it.
    private static readonly Dictionary<string, string[]> ArgumentNames = new(StringComparer.Ordinal)
    {
        ["path"] = ["filePath", "file_path", "path", "absolute_path"],
        ["command"] = ["command", "cmd"],
        ["content"] = ["content", "contents", "file_text"],
    };

    // What some versions demand beside what matters, for people to read.
    private static readonly string[] Remarks = ["description", "explanation"];
    private const string Remark = "A step of the scripted answer";

    // OpenCode offers models of some names one tool for all changes in place of "write".
    private const string PatchTool = "apply_patch";
    private static readonly string[] PatchNames = ["patchText", "patch", "input"];

    public static IEnumerable<string> Names => Tools.Select(t => t.Name);

    /// <summary>The argument names of a neutral tool; null when there is no such tool.</summary>
    public static IReadOnlyList<string>? ArgumentsOf(string tool) => Tools.FirstOrDefault(t => t.Name == tool)?.Arguments;

    /// <summary>The call under the name and arguments that the request offers.</summary>
    /// <exception cref="ScriptMismatchException">The agent does not offer the tool, or wants arguments that the script cannot give.</exception>
    public static AnsweredToolCall Translate(ScriptedToolCall call, string id, ModelCall request)
    {
        var tool = Tools.First(t => t.Name == call.Tool);
        if (request.Tools.FirstOrDefault(o => tool.Spellings.Contains(o.Name)) is { } offered)
        {
            var arguments = new JsonObject();
            foreach (var (name, value) in call.Arguments)
            {
                var spelling = SpellingOf(ArgumentNames[name], name, offered, tool);
                arguments[spelling] = name == "path" ? PathFor(value, offered.Parameters[spelling], offered, request) : value;
            }

            return Complete(call, id, offered, tool, arguments);
        }

        return tool.Name == "write_file" && request.Tools.FirstOrDefault(o => o.Name == PatchTool) is { } patch
            ? Complete(call, id, patch, tool, new JsonObject { [SpellingOf(PatchNames, "content", patch, tool)] = PatchOf(call) })
            : throw NotOffered(tool, request);
    }

    private static string SpellingOf(string[] names, string name, OfferedTool offered, NeutralTool tool) => names.FirstOrDefault(offered.Parameters.ContainsKey)
        ?? throw Mismatch($"The agent's tool '{offered.Name}' has no parameter for '{name}' of the scripted tool '{tool.Name}'; it has {Quoted(offered.Parameters.Keys)}.");

    /// <summary>The call with the remarks that the offered tool demands.</summary>
    private static AnsweredToolCall Complete(ScriptedToolCall call, string id, OfferedTool offered, NeutralTool tool, JsonObject arguments)
    {
        foreach (var remark in Remarks.Where(r => offered.Required.Contains(r) && !arguments.ContainsKey(r)))
        {
            arguments[remark] = Remark;
        }

        var missing = offered.Required.Where(r => !arguments.ContainsKey(r)).ToList();
        return missing.Count == 0
            ? new AnsweredToolCall(id, offered.Name, arguments, ScriptedTokens.Of(call))
            : throw Mismatch($"The agent's tool '{offered.Name}' requires {Quoted(missing)}, which the scripted tool '{tool.Name}' does not know.");
    }

    /// <summary>A patch that writes the whole file. Each line of it ends: a file without a last line end gets one.</summary>
    private static string PatchOf(ScriptedToolCall call)
    {
        var content = call.Arguments["content"];
        var lines = (content.EndsWith('\n') ? content[..^1] : content).Split('\n').Select(line => "+" + line);
        return string.Join('\n', ["*** Begin Patch", "*** Add File: " + call.Arguments["path"], .. lines, "*** End Patch"]);
    }

    // OpenCode and Claude Code want absolute paths and say so in the parameter's description.
    private static string PathFor(string path, string description, OfferedTool offered, ModelCall request)
    {
        if (!description.Contains("absolute", StringComparison.OrdinalIgnoreCase))
        {
            return path;
        }

        var directory = WorkingDirectory.Of(request)
            ?? throw Mismatch($"The agent's tool '{offered.Name}' wants an absolute path, but the request names no working directory to put '{path}' in.");
        return directory.TrimEnd('/') + "/" + path;
    }

    private static ScriptMismatchException NotOffered(NeutralTool tool, ModelCall request) => new(
        "tool_not_offered",
        $"The script calls '{tool.Name}', but the agent offers none of {Quoted(tool.Spellings)}; it offers {Quoted(request.Tools.Select(t => t.Name))}. Change the agent's permissions or the script.");

    private static ScriptMismatchException Mismatch(string message) => new("tool_mismatch", message);

    private static string Quoted(IEnumerable<string> names)
    {
        var list = string.Join(", ", names.Select(n => $"'{n}'"));
        return list.Length == 0 ? "nothing" : list;
    }

    private sealed record NeutralTool(string Name, IReadOnlyList<string> Arguments, IReadOnlyList<string> Spellings);
}
