using Bench.Fixtures.Gates;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Tests.Planning;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Gates;

/// <summary>A soak on paper: its plan, and records for the jobs of chosen rounds.</summary>
internal static class SoakSample
{
    public const string RunId = "soak-20260301T080000Z";

    private static readonly string[] Workflows = ["opencode_run_headless", "cc_glm_headless", "gemini_run_headless"];

    /// <summary>What the folder of an ended soak says in which all rounds were run and every job passed.</summary>
    /// <param name="rounds">Required.</param>
    /// <param name="maxRounds">Tried; as many as required when not given.</param>
    /// <param name="profile">What stood behind the model.</param>
    public static SoakEvidence Clean(int rounds = 2, int? maxRounds = null, Profile profile = Profile.Embedded)
    {
        var most = maxRounds ?? rounds;
        var settings = PlanningData.Settings(Workflows) with { RunId = RunId, Profile = profile, Trials = most, Soak = new SoakSettings { Rounds = rounds, MaxRounds = most } };
        var prompts = PlanningData.Prompts("echo_ok", "echo_ready");
        var manifest = Manifest.Of(prompts, settings, Planner.Plan(prompts, settings), new ManifestFacts
        {
            CreatedAt = SampleRun.Start,
            WorkingFolder = "/bench",
            Tools = new ManifestTools { Bench = "0.1.0", Dotnet = "10.0.12" },
            Host = new ManifestHost { Os = "Linux", Architecture = "x64", CpuCount = 2 },
            ProcessMark = "4711.882734.1",
            Isolation = "own work tree",
        });
        return new SoakEvidence
        {
            RunDir = RunId,
            Manifest = manifest.Ended(RunStatuses.Completed, SampleRun.Start.AddSeconds(9), []) with
            {
                Closing = new ManifestClosing { ProcessesLeft = 0, RedactionFindings = [], ChangedAgents = [], WriteProblems = [], Leftovers = [] },
            },
            Records = manifest.Jobs.ToDictionary(job => job.JobId, RecordOf),
            Prompts = manifest.Jobs.ToDictionary(job => job.JobId, job => $"Return exactly: {Expected(job.PromptId)}"),
        };
    }

    /// <summary>The evidence with other records; null takes a record away, and with it every sign that the job was begun.</summary>
    public static SoakEvidence With(this SoakEvidence evidence, Func<JobRecord, JobRecord?> change)
    {
        var records = evidence.Records.Values.Select(change).OfType<JobRecord>().ToDictionary(record => record.JobId);
        return evidence with { Records = records, Prompts = evidence.Prompts.Where(entry => records.ContainsKey(entry.Key)).ToDictionary() };
    }

    /// <summary>The evidence with the run's status.</summary>
    public static SoakEvidence Ending(this SoakEvidence evidence, string status) => evidence with
    {
        Manifest = evidence.Manifest with { Status = status, Closing = status == RunStatuses.Completed ? evidence.Manifest.Closing : null },
    };

    /// <summary>The evidence of a soak that was decided before this round.</summary>
    public static SoakEvidence NotRunFrom(this SoakEvidence evidence, int round, string why) =>
        evidence.With(record => record.Trial >= round ? null : record) with { Manifest = evidence.Manifest.WithoutRounds(trial => trial >= round, why) };

    /// <summary>The record as one whose answer was another than the one asked for.</summary>
    public static JobRecord Wrong(this JobRecord record, string answer = "NOT OK, says the author") => record with
    {
        Success = false,
        Status = JobStatuses.Failed,
        FailureCategory = "model",
        FailureReason = "check_failed",
        FailureRule = "answer.check_failed",
        FailureEvidence = "Failed: regex: \\A\\s*OK\\s*\\z",
        EndedBy = "agent",
        Attempts = [record.Attempts[0] with { Success = false, Answer = answer }],
    };

    private static string Expected(string promptId) => promptId == "echo_ok" ? "OK" : "READY";

    private static JobRecord RecordOf(ManifestJob job, int place) => SampleRun.Passed(job.WorkflowId, job.PromptId, job.Trial, completionMs: 1000 + 100 * place) with
    {
        RunId = RunId,
        System = WorkflowCatalog.Find(job.WorkflowId)!.System,
        JobStartedAt = FormattableString.Invariant($"2026-03-01T08:0{job.Trial}:00.000Z"),
        JobCompletedAt = FormattableString.Invariant($"2026-03-01T08:0{job.Trial}:0{1 + place % 6}.500Z"),
        Checks = [new CheckRecord("contains", Expected(job.PromptId), true, null)],
        Attempts = [new AttemptRecord { Attempt = 0, Success = true, Completed = true, ReturnCode = 0, Answer = Expected(job.PromptId) }],
    };

    private static Dictionary<string, JobRecord> ToDictionary(this IReadOnlyList<ManifestJob> jobs, Func<ManifestJob, string> key, Func<ManifestJob, int, JobRecord> record) =>
        jobs.Select((job, place) => (key(job), record(job, place))).ToDictionary(entry => entry.Item1, entry => entry.Item2);
}
