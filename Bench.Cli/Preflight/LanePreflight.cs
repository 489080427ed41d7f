using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Settings;

namespace Bench.Cli.Preflight;

/// <summary>Looks whether the lanes of a run are ready: agent, version, model, and a real try where a probe is plugged in. Each lane by itself.</summary>
internal sealed class LanePreflight(AgentLocator locator, IReadOnlyDictionary<string, LaneProbe> probes)
{
    /// <summary>The reason code of a lane that is ready.</summary>
    internal const string Ok = "preflight_ok";

    /// <summary>Checks all lanes.</summary>
    /// <param name="settings">Name them.</param>
    /// <param name="cancellationToken">Ends the checks.</param>
    /// <param name="seen">Is told of each lane as soon as it has been checked; null for nobody.</param>
    public async Task<PreflightReport> CheckAsync(BenchSettings settings, CancellationToken cancellationToken, Action<PreflightLane>? seen = null)
    {
        var workflows = settings.Workflows.Select(id => WorkflowCatalog.Find(id)!).ToList();
        var onRoute = FallbackRoute.Of(settings.Workflows, settings.Fallback).Except(workflows).ToList();
        var lanes = settings.Profile == Profile.DryRun
            ? workflows.Select(workflow => LaneOf(workflow, settings) with { Details = "a dry run starts no agent" }).ToList()
            : await CheckLanesAsync(workflows, onRoute, settings, seen, cancellationToken);
        var isReal = settings.Profile != Profile.DryRun;
        var needsNode = isReal && workflows.Union(onRoute).Any(workflow => workflow.Agent == AgentKind.Gemini);
        var needsRipgrep = isReal && workflows.Any(workflow => workflow.Agent == AgentKind.OpenCode);
        var ripgrep = needsRipgrep ? locator.FindRipgrep() : null;
        return new()
        {
            Passed = lanes.All(lane => lane.Passed),
            ReasonCode = lanes.FirstOrDefault(lane => !lane.Passed)?.ReasonCode ?? Ok,
            Profile = SettingNames.Of(settings.Profile),
            NodeVersion = needsNode ? await locator.NodeVersionAsync(cancellationToken) : null,
            RipgrepPath = ripgrep,
            Lanes = lanes,
            Warnings = [.. lanes.Select(lane => lane.VersionNote).OfType<string>().Distinct(), .. needsRipgrep && ripgrep is null
                ? new[] { "ripgrep was not found: OpenCode's search tools will fail, or download it. Run 'npm ci' in the folder of the pinned agents, or put rg on PATH." }
                : []],
        };
    }

    private async Task<List<PreflightLane>> CheckLanesAsync(
        List<WorkflowDescription> workflows, List<WorkflowDescription> onRoute, BenchSettings settings, Action<PreflightLane>? seen, CancellationToken cancellationToken)
    {
        var locations = await locator.FindAllAsync(workflows.Union(onRoute).Select(workflow => workflow.Agent).Distinct(), cancellationToken);
        var lanes = new List<PreflightLane>();

        // One after the other: lanes that are tried together would slow each other down and share rate limits.
        foreach (var workflow in workflows.Union(onRoute))
        {
            var location = locations.First(location => location.Kind == workflow.Agent);
            lanes.Add(location.Binary is { } binary
                ? await CheckLaneAsync(workflow, binary, isTried: workflows.Contains(workflow), settings, cancellationToken)
                : LaneOf(workflow, settings) with { Passed = false, ReasonCode = FailureReasons.CliMissing, FailureCategory = "env", Details = location.Missing!.Message });
            seen?.Invoke(lanes[^1]);
        }

        return lanes;
    }

    private async Task<PreflightLane> CheckLaneAsync(
        WorkflowDescription workflow, AgentBinary binary, bool isTried, BenchSettings settings, CancellationToken cancellationToken)
    {
        var lane = LaneOf(workflow, settings) with
        {
            CliPath = binary.LeadingArguments.Count > 0 ? binary.LeadingArguments[0] : binary.Path,
            CliVersion = binary.Version,
            CliSha256 = binary.Sha256,
            FoundIn = binary.FoundIn,
            PinnedVersion = binary.PinnedVersion,
            VersionNote = binary.VersionNote,
        };
        if (!isTried || !probes.TryGetValue(workflow.Id, out var probe))
        {
            return lane;
        }

        var result = await TryAsync(probe, new(workflow, binary, lane.Model, settings), cancellationToken);
        var reason = result.FailureReason
            ?? (result.ModelAvailable == false ? FailureReasons.ModelUnavailable : result.AuthProbeOk == false ? FailureReasons.AuthError : null);
        return lane with
        {
            Passed = reason is null,
            ReasonCode = reason ?? Ok,
            FailureCategory = reason is null ? null : result.FailureCategory ?? CategoryOf(reason),
            ModelAvailable = result.ModelAvailable,
            SelectedModel = result.SelectedModel,
            AuthProbeOk = result.AuthProbeOk,
            Probed = true,
            Details = reason == FailureReasons.ModelUnavailable ? $"{result.Detail} {RouteText(workflow, settings)}".TrimStart() : result.Detail,
        };
    }

    // What keeps a try from being made is this lane's, e.g. a temporary folder that cannot be written.
    private static async Task<LaneProbeResult> TryAsync(LaneProbe probe, LaneProbeRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await probe(request, cancellationToken);
        }
        catch (Exception e) when (ArtifactException.IsCause(e) || e is BenchUsageException)
        {
            var failure = FailureClassifier.Classify(new AttemptEvidence { ModelAsked = request.Model, Exception = e })!;
            var category = failure.Category.ToString().ToLowerInvariant();
            return new() { FailureReason = failure.Reason, FailureCategory = category, Detail = $"{category}/{failure.Reason}: {e.Message} The lane was not tried; correct what this names." };
        }
    }

    // Of a probe that names a reason only.
    private static string? CategoryOf(string reason) => reason switch
    {
        FailureReasons.ModelUnavailable => "model",
        FailureReasons.AuthError => "env",
        _ => null,
    };

    private static PreflightLane LaneOf(WorkflowDescription workflow, BenchSettings settings) => new()
    {
        WorkflowId = workflow.Id,
        System = workflow.System,
        Agent = SettingNames.Of(workflow.Agent),
        Passed = true,
        ReasonCode = Ok,
        Model = settings.Model.Of(workflow),
        FallbackRoute = [.. FallbackRoute.After(workflow.System, settings.Fallback).Select(lane => lane.Id)],
        Probed = false,
    };

    // A preflight never changes the model; it says where the jobs of a run would go.
    private static string RouteText(WorkflowDescription workflow, BenchSettings settings)
    {
        var route = FallbackRoute.After(workflow.System, settings.Fallback).Select(lane => lane.Id).ToList();
        return route.Count > 0
            ? $"Bench takes no other model. Fallback lets the jobs of 'dotnet test' go on as {string.Join(", then ", route)}; a governed run needs the lane itself, and does not begin."
            : settings.Fallback.Count > 0
                ? $"Bench takes no other model, and its route is at its end: Fallback names nothing behind {workflow.System}."
                : $"Bench takes no other model, and there is no route: set Fallback to one of {string.Join(", ", FallbackRoute.Systems.Where(system => system != workflow.System))} to let its jobs go on there.";
    }
}
