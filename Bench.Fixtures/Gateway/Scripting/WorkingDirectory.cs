using System.Text.RegularExpressions;
using Bench.Fixtures.Gateway.Protocols;

namespace Bench.Fixtures.Gateway.Scripting;

/// <summary>The folder that an agent says it works in: OpenCode in its system prompt, Claude Code in a system message, Gemini in the session context.</summary>
internal static partial class WorkingDirectory
{
    /// <summary>The absolute path; null when the request names none.</summary>
    public static string? Of(ModelCall call)
    {
        var texts = call.Messages.Where(m => m.Speaker is Speaker.System or Speaker.User).OrderBy(m => m.Speaker).SelectMany(m => m.Texts);
        return texts.Select(t => Named().Match(t)).Where(m => m.Success).Select(m => m.Groups[1].Value.Trim()).FirstOrDefault();
    }

    [GeneratedRegex(@"(?:[Ww]orking directory:|Workspace Directories:\*\*\r?\n\s*-) +((?:/|[A-Za-z]:)[^\r\n<]*)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Named();
}
