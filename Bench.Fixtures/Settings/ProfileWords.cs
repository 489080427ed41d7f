namespace Bench.Fixtures.Settings;

/// <summary>
/// What a profile is called and what a run of it proves, in the same words wherever a run is shown: a run without a real model must never look like a result.
/// Profiles are named as in manifests (<see cref="SettingNames"/>).
/// </summary>
public static class ProfileWords
{
    private const string AgentsAlone = "it proves that agents and Bench work, nothing of a model";

    /// <summary>e.g. <c>embedded (scripted model)</c>; <c>unknown</c> for null, as a run of the original harness has none.</summary>
    public static string Label(string? profile) => KindOf(profile) switch
    {
        Profile.Embedded => "embedded (scripted model)",
        Profile.Replay => "replay (recorded answers)",
        Profile.DryRun => "dry-run (made up, nothing was started)",
        Profile.Live => "live (real providers)",
        _ => profile ?? "unknown",
    };

    /// <summary>What a run proves that no real model answered, in a sentence; null for the profile <c>live</c> and where the profile is unknown.</summary>
    public static string? Proof(string? profile) => KindOf(profile) switch
    {
        Profile.Embedded => $"A scripted model answered: {AgentsAlone}.",
        Profile.Replay => $"Recorded answers were played back: {AgentsAlone}.",
        Profile.DryRun => "A dry run makes its outcomes up: it proves nothing.",
        _ => null,
    };

    private static Profile? KindOf(string? profile) => profile is not null && SettingNames.Profiles.TryGetValue(profile, out var kind) ? kind : null;
}
