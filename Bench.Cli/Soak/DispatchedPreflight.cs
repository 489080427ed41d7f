using Bench.Cli.Preflight;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Workflows.DxRunner;

namespace Bench.Cli.Soak;

/// <summary>The preflight of a soak whose jobs a dx-runner runs: what it says of every provider, as the report that other preflights give.</summary>
internal static class DispatchedPreflight
{
    /// <summary>Asks for every lane of the settings.</summary>
    public static async Task<PreflightReport> CheckAsync(DxRunnerCli runner, BenchSettings settings, CancellationToken cancellationToken)
    {
        var workflows = settings.Workflows.Select(id => WorkflowCatalog.Find(id)!).ToList();
        var refused = await DxRunnerPreflight.CheckAsync(runner, workflows.Select(workflow => workflow.System), cancellationToken);
        return new PreflightReport
        {
            Passed = refused.Count == 0,
            ReasonCode = refused.Count == 0 ? LanePreflight.Ok : refused.Values.First().Reason,
            Profile = SettingNames.Of(settings.Profile),
            NodeVersion = null,
            RipgrepPath = null,
            Lanes = [.. workflows.Select(workflow => LaneOf(workflow, settings, refused.GetValueOrDefault(workflow.System)))],
            Warnings = [],
        };
    }

    private static PreflightLane LaneOf(WorkflowDescription workflow, BenchSettings settings, Failure? failure) => new()
    {
        WorkflowId = workflow.Id,
        System = workflow.System,
        Agent = Path.GetFileName(settings.Soak!.Dispatcher!),
        Passed = failure is null,
        ReasonCode = failure?.Reason ?? LanePreflight.Ok,
        CliPath = settings.Soak.Dispatcher,
        Model = settings.Model.Of(workflow),
        Probed = true,
        Details = failure is null ? null : $"{failure.Evidence} {FailureAdvice.For(failure)}",
    };
}
