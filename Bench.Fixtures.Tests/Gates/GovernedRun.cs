using Bench.Fixtures.Gates;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Summaries;
using Bench.Fixtures.Tests.Planning;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Gates;

/// <summary>A run of two lanes and two prompts, each once, that a gate may rely on, and what can be wrong with it.</summary>
internal static class GovernedRun
{
    public const string Lane = "cc_glm_headless";

    public const string OtherLane = "opencode_run_headless";

    /// <summary>Writes the run as Bench does.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="change">Changes the manifest of its start and of its end.</param>
    /// <param name="records">Changes its records.</param>
    /// <param name="settings">Changes its settings.</param>
    public static RunFolder Write(
        TestFolder folder,
        Func<Manifest, Manifest>? change = null,
        Func<IEnumerable<JobRecord>, IEnumerable<JobRecord>>? records = null,
        Func<BenchSettings, BenchSettings>? settings = null)
    {
        var manifest = Manifest(settings);
        var ended = Ended(manifest);
        ended = change?.Invoke(ended) ?? ended;
        using var writer = RunWriter.Create(folder.Path, SampleRun.RunId, manifest.ToJson(), new FrozenClock());
        var passed = manifest.Jobs.Select(job => SampleRun.Passed(job.WorkflowId, job.PromptId) with { JobId = job.JobId });
        foreach (var record in records?.Invoke(passed) ?? passed)
        {
            writer.JobStarted(record.JobId);
            writer.JobFinished(record);
        }

        writer.WriteManifest(ended.ToJson());
        writer.Finish(ended.Status);
        RunFinalizer.Finalize(writer.Folder, ended.Status);
        return writer.Folder;
    }

    /// <summary>The run's manifest before its first job.</summary>
    public static Manifest Manifest(Func<BenchSettings, BenchSettings>? change = null)
    {
        var prompts = PlanningData.Prompts("p1", "p2");
        var settings = PlanningData.Settings(Lane, OtherLane) with { RunId = SampleRun.RunId };
        settings = change?.Invoke(settings) ?? settings;
        return Bench.Fixtures.Planning.Manifest.Of(prompts, settings, Planner.Plan(prompts, settings), new ManifestFacts
        {
            CreatedAt = SampleRun.Start,
            WorkingFolder = "/bench",
            Agents = [Agent],
            Tools = new ManifestTools { Bench = "0.1.0", Dotnet = "10.0.12" },
            Host = new ManifestHost { Os = "Linux", Architecture = "x64", CpuCount = 2 },
            ProcessMark = "4711.882734.1", Isolation = "own work tree",
        });
    }

    /// <summary>Judges the run with every lane at 100 %, with a redactor that knows one secret.</summary>
    public static ReportVerdict Judge(RunFolder run, double minRate = 1, string? planHash = null, bool allowScripted = true) =>
        ReportGate.Judge(Read(run), minRate, planHash, allowScripted);

    /// <summary>What the run's folder says.</summary>
    public static ReportEvidence Read(RunFolder run) =>
        ReportEvidence.Read(run, new Redactor([new KnownSecret("KEY", "a-secret-of-the-tests")]), TestContext.Current.CancellationToken);

    private static ManifestAgent Agent => new() { Kind = "claude", Path = "/bench/claude", FoundIn = "agents", Version = "2.1.328", Sha256 = new string('c', 64) };

    private static Manifest Ended(Manifest manifest) => manifest.Ended(RunStatuses.Completed, SampleRun.Start.AddSeconds(9), [Agent]) with
    {
        Closing = new ManifestClosing { ProcessesLeft = 0, RedactionFindings = [], ChangedAgents = [], WriteProblems = [], Leftovers = [] },
    };
}
