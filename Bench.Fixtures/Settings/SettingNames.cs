namespace Bench.Fixtures.Settings;

/// <summary>The names that settings, manifests and records use for closed sets.</summary>
public static class SettingNames
{
    internal static readonly IReadOnlyDictionary<string, Profile> Profiles = new Dictionary<string, Profile>
    {
        ["embedded"] = Profile.Embedded,
        ["live"] = Profile.Live,
        ["replay"] = Profile.Replay,
        ["dry-run"] = Profile.DryRun,
    };

    internal static readonly IReadOnlyDictionary<string, JobOrder> Orders = new Dictionary<string, JobOrder>
    {
        ["interleaved"] = JobOrder.Interleaved,
        ["sequential"] = JobOrder.Sequential,
    };

    internal static readonly IReadOnlyDictionary<string, EnvFailurePolicy> EnvFailurePolicies = new Dictionary<string, EnvFailurePolicy>
    {
        ["auto"] = EnvFailurePolicy.Auto,
        ["fail"] = EnvFailurePolicy.Fail,
        ["skip"] = EnvFailurePolicy.Skip,
    };

    /// <summary><c>embedded</c>, <c>live</c>, <c>replay</c> or <c>dry-run</c>.</summary>
    public static string Of(Profile profile) => Profiles.First(entry => entry.Value == profile).Key;

    /// <summary><c>interleaved</c> or <c>sequential</c>.</summary>
    public static string Of(JobOrder order) => Orders.First(entry => entry.Value == order).Key;

    /// <summary><c>headless</c> or <c>server</c>.</summary>
    public static string Of(WorkflowKind kind) => kind == WorkflowKind.Headless ? "headless" : "server";

    /// <summary>The command's own name: <c>opencode</c>, <c>claude</c> or <c>gemini</c>.</summary>
    public static string Of(AgentKind kind) => kind switch
    {
        AgentKind.OpenCode => "opencode",
        AgentKind.ClaudeCode => "claude",
        _ => "gemini",
    };
}
