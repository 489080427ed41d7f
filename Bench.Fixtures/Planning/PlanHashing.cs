using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Planning;

/// <summary>Everything that decides what the jobs of a whole plan do.</summary>
internal sealed record PlanFacts
{
    /// <summary>Of the prompt file.</summary>
    public required string PromptSetSha256 { get; init; }

    /// <summary>The profile's name.</summary>
    public required string Profile { get; init; }

    /// <summary>The run's seed.</summary>
    public required int Seed { get; init; }

    /// <summary>Attempts beyond the first.</summary>
    public required int MaxRetries { get; init; }

    /// <summary>Limit of an attempt.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How long an attempt may be silent.</summary>
    public required TimeSpan StallThreshold { get; init; }

    /// <summary>The path of the fault plan; null as a rule.</summary>
    public required string? FaultPlan { get; init; }

    /// <summary>In start order.</summary>
    public required IEnumerable<(string JobId, string Model)> Jobs { get; init; }

    /// <summary>What a manifest says of its plan.</summary>
    public static PlanFacts Of(Manifest manifest) => new()
    {
        PromptSetSha256 = manifest.PromptSet.Sha256,
        Profile = manifest.Profile,
        Seed = manifest.Seed,
        MaxRetries = manifest.MaxRetries,
        Timeout = TimeSpan.FromSeconds(manifest.TimeoutSec),
        StallThreshold = TimeSpan.FromSeconds(manifest.Governance.StallThresholdSec),
        FaultPlan = manifest.FaultPlan,
        Jobs = manifest.Jobs.Select(job => (job.JobId, job.Model)),
    };
}

/// <summary>Makes the hash by which equal plans are known.</summary>
internal static class PlanHashing
{
    /// <summary>The hash of a whole plan; that of a filtered one is made from it (<see cref="RunPlan.Select"/>).</summary>
    // The text is described in docs/formats/manifest.md; a change of it makes old runs impossible to resume.
    public static string Of(PlanFacts plan)
    {
        var text = new StringBuilder("bench-plan-1\n");
        text.Append(CultureInfo.InvariantCulture, $"prompts {plan.PromptSetSha256}\n");
        text.Append(CultureInfo.InvariantCulture, $"profile {plan.Profile}\n");
        text.Append(CultureInfo.InvariantCulture, $"seed {plan.Seed}\n");
        text.Append(CultureInfo.InvariantCulture, $"max_retries {plan.MaxRetries}\n");
        text.Append(CultureInfo.InvariantCulture, $"timeout {DurationText.Format(plan.Timeout)}\n");
        text.Append(CultureInfo.InvariantCulture, $"stall_threshold {DurationText.Format(plan.StallThreshold)}\n");
        if (plan.FaultPlan is { } faultPlan)
        {
            text.Append(CultureInfo.InvariantCulture, $"fault_plan {faultPlan}\n");
        }

        foreach (var (jobId, model) in plan.Jobs)
        {
            text.Append(CultureInfo.InvariantCulture, $"job {jobId} {model}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
