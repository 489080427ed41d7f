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
        new("shell", ["command"], ["bash", "Bash", "run_shell_command"]),
        new("write_file", ["path", "content"], ["write", "Write", "write_file"]),
        new("read_file", ["path"], ["read", "Read", "read_file"]),
    ];

    private static readonly string[] PathNames = ["filePath", "file_path", "path", "absolute_path"];

    public static IEnumerable<string> Names => Tools.Select(t => t.Name);

    /// <summary>The argument names of a neutral tool; null when there is no such tool.</summary>
    public static IReadOnlyList<string>? ArgumentsOf(string tool) => Tools.FirstOrDefault(t => t.Name == tool)?.Arguments;

    /// <summary>The call under the name and arguments that the request offers.</summary>
    /// <exception cref="ScriptMismatchException">The agent does not offer the tool, or wants arguments that the script cannot give.</exception>
    public static AnsweredToolCall Translate(ScriptedToolCall call, string id, ModelCall request)
    {
        var tool = Tools.First(t => t.Name == call.Tool);
        var offered = request.Tools.FirstOrDefault(o => tool.Spellings.Contains(o.Name)) ?? throw NotOffered(tool, request);
        var arguments = new JsonObject();
        foreach (var (name, value) in call.Arguments)
        {
            var spelling = name == "path" ? PathNames.FirstOrDefault(offered.Parameters.ContainsKey) : name;
            if (spelling is null || !offered.Parameters.TryGetValue(spelling, out var description))
            {
                throw Mismatch($"The agent's tool '{offered.Name}' has no parameter for '{name}' of the scripted tool '{tool.Name}'; it has {Quoted(offered.Parameters.Keys)}.");
            }

            arguments[spelling] = name == "path" ? PathFor(value, description, offered, request) : value;
        }

        var missing = offered.Required.Where(r => !arguments.ContainsKey(r)).ToList();
        return missing.Count == 0
            ? new AnsweredToolCall(id, offered.Name, arguments, ScriptedTokens.Of(call))
            : throw Mismatch($"The agent's tool '{offered.Name}' requires {Quoted(missing)}, which the scripted tool '{tool.Name}' does not know.");
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
