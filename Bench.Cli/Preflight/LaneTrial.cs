using Bench.Fixtures;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Workflows;

namespace Bench.Cli.Preflight;

/// <summary>The real try of a lane: a run of one small prompt, in a temporary folder, through everything that a benchmark goes through.</summary>
internal static class LaneTrial
{
    private const string PromptId = "preflight_ready_1";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>A probe for every workflow.</summary>
    /// <param name="environment">Holds the keys of the live profile.</param>
    /// <param name="clock">The clock.</param>
    public static IReadOnlyDictionary<string, LaneProbe> Probes(IReadOnlyDictionary<string, string> environment, TimeProvider clock) =>
        WorkflowCatalog.All.ToDictionary(workflow => workflow.Id, _ => (LaneProbe)((request, cancellationToken) => TryAsync(request, environment, clock, cancellationToken)));

    private static async Task<LaneProbeResult> TryAsync(LaneProbeRequest request, IReadOnlyDictionary<string, string> environment, TimeProvider clock, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("bench-preflight-").FullName;
        try
        {
            var inputs = InputsOf(request, folder, environment);
            var jobId = inputs.Plan.Jobs[0].JobId;
            await using var run = await BenchRun.OpenAsync(inputs, [jobId], clock, cancellationToken);
            run.Start();
            var record = await run.ResultAsync(jobId);
            await run.CloseAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return ResultOf(record);
        }
        finally
        {
            Remove(folder);
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (ArtifactException.IsCause(e))
        {
            // What is left in the temporary folder says nothing about the lane.
        }
    }

    private static LaneProbeResult ResultOf(JobRecord record) => new()
    {
        FailureReason = record.Success ? null : record.FailureReason,
        FailureCategory = record.Success ? null : record.FailureCategory,
        Detail = record.Success ? null : $"{record.FailureCategory}/{record.FailureReason}: {record.FailureEvidence}",
        ModelAvailable = record.Success ? true : record.FailureReason == FailureReasons.ModelUnavailable ? false : null,
        SelectedModel = record.ModelSelected,
        AuthProbeOk = record.Success ? true : record.FailureReason == FailureReasons.AuthError ? false : null,
    };

    private static BenchInputs InputsOf(LaneProbeRequest request, string folder, IReadOnlyDictionary<string, string> environment)
    {
        var prompts = Write(Path.Combine(folder, "prompts.json"), $$"""
            { "version": 1, "name": "preflight", "prompts": [
              { "id": "{{PromptId}}", "category": "preflight", "title": "Is the lane ready?", "prompt": "Return exactly: READY", "success_hints": ["READY"] } ] }
            """);
        Write(Path.Combine(folder, "scripted", PromptId + ".json"), $$"""
            { "schema_version": 1, "prompt_id": "{{PromptId}}", "turns": [ { "text": "READY" } ] }
            """);

        // The try's own prompt is on no cassette: a replay's lanes are tried against the scripted model, which serves theirs.
        var isReplay = request.Settings.Profile == Profile.Replay;
        var gateway = request.Settings.Gateway with { ScriptedDir = null, Port = 0, RecordTo = null };
        var settings = request.Settings with
        {
            Profile = isReplay ? Profile.Embedded : request.Settings.Profile,
            Workflows = [request.Workflow.Id],
            PromptsFile = prompts,
            Prompts = [],
            OutputDir = Path.Combine(folder, "runs"),
            Gateway = isReplay ? gateway with { Models = [ModelNames.Bare(request.Workflow.Agent, request.Model)] } : gateway,
            MaxRetries = 0,
            Trials = 1,
            Soak = null,

            // A try is of this lane alone, and changes nothing.
            Fallback = [],
            WorkTree = null,
            Timeout = request.Settings.Timeout < Limit ? request.Settings.Timeout : Limit,
        };
        return BenchInputs.Of(settings, PromptSetReader.Read(prompts), environment);
    }

    private static string Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
