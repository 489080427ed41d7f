using System.Globalization;

namespace Bench.Cli.Governed;

/// <summary>A phase of a progressive run: harder than the one before, and only after it.</summary>
/// <param name="Id">Its name in options, state and run ids.</param>
/// <param name="Workflows">What it runs.</param>
/// <param name="Prompts">Ids, of the product's own prompt file.</param>
/// <param name="Trials">Repetitions of each prompt and workflow.</param>
/// <param name="Parallel">Jobs in flight at once.</param>
/// <param name="MaxRetries">Attempts beyond the first, per job.</param>
/// <param name="TimeoutSec">Limit of one attempt.</param>
/// <param name="MinSuccessRate">What every lane must reach.</param>
internal sealed record ProgressivePhase(
    string Id, IReadOnlyList<string> Workflows, IReadOnlyList<string> Prompts, int Trials, int Parallel, int MaxRetries, int TimeoutSec, double MinSuccessRate)
{
    private const string RunHeadless = "opencode_run_headless";
    private const string ServerHttp = "opencode_server_http";

    /// <summary>All phases, in order. The second is six streams: the original named it so and ran three jobs.</summary>
    public static IReadOnlyList<ProgressivePhase> All { get; } =
    [
        new("phase1_smoke", [RunHeadless], ["coding_ability_2"], 1, 1, 1, 300, 1),
        new("phase2_6stream", [RunHeadless], ["coding_ability_2", "latency_speed_1", "robustness_partial_context_1"], 2, 6, 1, 300, 1),
        new("phase3_real_coding_gate", [RunHeadless, ServerHttp], ["coding_ability_1", "coding_ability_2", "latency_speed_1", "robustness_partial_context_1"], 1, 6, 1, 420, 0.9),
    ];

    /// <summary>How many jobs it has.</summary>
    public int Jobs => Workflows.Count * Prompts.Count * Trials;

    /// <summary>Its place among all, from 0.</summary>
    public int Index => IndexOf(Id);

    /// <summary>The place of a phase, from 0; -1 when there is none of this id, or it is null.</summary>
    public static int IndexOf(string? id) => All.TakeWhile(phase => phase.Id != id).Count() is var index && index < All.Count ? index : -1;

    /// <summary>The settings that the phase fixes.</summary>
    /// <param name="clock">Makes the run's id.</param>
    public IReadOnlyList<GivenOption> Settings(TimeProvider clock) =>
    [
        Fixed("RunId", string.Create(CultureInfo.InvariantCulture, $"progressive-{Id}-{clock.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}")),
        Fixed("Workflows", string.Join(',', Workflows)),
        Fixed("Prompts", string.Join(',', Prompts)),
        Fixed("Trials", Trials.ToString(CultureInfo.InvariantCulture)),
        Fixed("Parallel", Parallel.ToString(CultureInfo.InvariantCulture)),
        Fixed("MaxRetries", MaxRetries.ToString(CultureInfo.InvariantCulture)),
        Fixed("Timeout", string.Create(CultureInfo.InvariantCulture, $"{TimeoutSec}s")),
    ];

    private GivenOption Fixed(string key, string value) => new(key, value, $"the phase {Id}");
}
