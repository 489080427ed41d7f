using System.Globalization;

namespace Bench.Fixtures.Agents.ClaudeCode;

/// <summary>The variables that every run of Claude Code gets, started directly or by a script. Each is explained in docs/lanes/claude-code.md.</summary>
internal static class ClaudeCodeEnvironment
{
    // The program takes no less for its idle limit.
    private const double MinIdleMs = 10_000;

    /// <summary>The common environment of agents with a configuration folder of the attempt's own, no contact but the model, and bounded patience.</summary>
    public static Dictionary<string, string> Of(AgentTask task, int maxRetries)
    {
        var limit = task.Timeout.TotalMilliseconds;
        return new Dictionary<string, string>(AgentEnvironment.Of(task))
        {
            ["CLAUDE_CONFIG_DIR"] = Path.Combine(task.Directories.Config, "claude"),
            ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"] = "1",
            ["CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL"] = "1",
            ["CLAUDE_CODE_DISABLE_CLAUDE_MDS"] = "1",
            ["DISABLE_AUTOUPDATER"] = "1",
            ["CLAUDE_CODE_MAX_RETRIES"] = maxRetries.ToString(CultureInfo.InvariantCulture),
            ["API_TIMEOUT_MS"] = Whole(limit),
            ["CLAUDE_BYTE_STREAM_IDLE_TIMEOUT_MS"] = Whole(Math.Max(limit, MinIdleMs)),
            ["CLAUDE_CODE_MAX_CONTEXT_TOKENS"] = "200000",

            // As root, permissions can be skipped in a sandbox only; the work tree is one.
            ["IS_SANDBOX"] = "1",
        };
    }

    /// <summary>A whole number of milliseconds.</summary>
    public static string Whole(double milliseconds) => Math.Ceiling(milliseconds).ToString("0", CultureInfo.InvariantCulture);
}
