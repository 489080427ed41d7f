using System.Globalization;
using System.Text.Json;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;

namespace Bench.Cli.SelfMeasure;

/// <summary>Writes the folder of a run that never was: a manifest that plans its jobs, a journal with their records in the order in which they ended, and a document per job.</summary>
internal static class SyntheticRun
{
    private static readonly string[] Workflows =
        ["cc_glm_headless", "gemini_run_headless", "opencode_run_headless", "opencode_server_attach_run", "opencode_server_http"];

    private const int Prompts = 40;

    /// <summary>Writes the run; equal arguments give equal bytes.</summary>
    /// <param name="folder">Must not exist.</param>
    /// <param name="records">Jobs, each with a record.</param>
    /// <param name="answerChars">Length of each answer.</param>
    /// <param name="seed">Decides latencies, outcomes and order.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public static void Write(RunFolder folder, int records, int answerChars, int seed, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        Directory.CreateDirectory(folder.Raw);
        var jobs = new (string WorkflowId, string PromptId, int Trial)[records];
        for (var i = 0; i < records; i++)
        {
            jobs[i] = (Workflows[i % Workflows.Length], "prompt_" + (i / Workflows.Length % Prompts).ToString("00", CultureInfo.InvariantCulture), 1 + (i / (Workflows.Length * Prompts)));
        }

        WriteManifest(folder, jobs);
        random.Shuffle(jobs);
        WriteJournal(folder, jobs, new string('x', answerChars), random, cancellationToken);
    }

    private static void WriteManifest(RunFolder folder, (string WorkflowId, string PromptId, int Trial)[] jobs)
    {
        using var stream = File.Create(folder.Manifest);
        using var json = new Utf8JsonWriter(stream, RecordJson.WriterOptions(indented: true));
        json.WriteStartObject();
        json.WriteNumber("schema_version", 2);
        json.WriteString("run_id", folder.Name);
        json.WriteString("status", RunStatuses.Running);
        json.WriteString("created_at", Stamp(0));
        json.WriteStartArray("jobs");
        foreach (var (workflowId, promptId, trial) in jobs)
        {
            json.WriteStartObject();
            json.WriteString("job_id", Job.IdOf(workflowId, promptId, trial));
            json.WriteString("workflow_id", workflowId);
            json.WriteString("prompt_id", promptId);
            json.WriteNumber("trial", trial);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteJournal(
        RunFolder folder, (string WorkflowId, string PromptId, int Trial)[] jobs, string answer, Random random, CancellationToken cancellationToken)
    {
        using var stream = new FileStream(folder.Journal, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
        stream.Write(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["event"] = JournalEvents.RunStarted, ["run_id"] = folder.Name }));
        stream.Write("\n"u8);
        for (var i = 0; i < jobs.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var record = Record(folder.Name, jobs[i], i, answer, random);
            stream.Write(System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $"{{\"schema_version\":1,\"seq\":{(2 * i) + 2},\"at\":\"{record.JobStartedAt}\",\"event\":\"job_started\",\"job_id\":\"{record.JobId}\"}}\n")));
            stream.Write(System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $"{{\"schema_version\":1,\"seq\":{(2 * i) + 3},\"at\":\"{record.JobCompletedAt}\",\"event\":\"job_finished\",\"job_id\":\"{record.JobId}\",\"record\":")));
            stream.Write(RecordJson.Serialize(record));
            stream.Write("}\n"u8);
            File.WriteAllBytes(folder.JobRecord(record.JobId), RecordJson.SerializeIndented(record));
        }
    }

    private static JobRecord Record(string runId, (string WorkflowId, string PromptId, int Trial) job, int ordinal, string answer, Random random)
    {
        var completion = 400 * Math.Exp(random.NextDouble() * 3);
        var failure = random.Next(20) switch { 0 => "model", 1 => "env", _ => null };
        var retries = random.Next(15) == 0 ? 1 : 0;
        return new JobRecord
        {
            RunId = runId,
            JobId = Job.IdOf(job.WorkflowId, job.PromptId, job.Trial),
            WorkflowId = job.WorkflowId,
            System = job.WorkflowId.Split('_')[0],
            WorkflowKind = job.WorkflowId.Contains("server", StringComparison.Ordinal) ? "server" : "headless",
            PromptId = job.PromptId,
            PromptCategory = "synthetic",
            PromptTitle = "Synthetic prompt",
            Trial = job.Trial,
            Profile = "embedded",
            Model = "glm-5",
            ModelSelected = "glm-5",
            ModelVerified = true,
            Success = failure is null,
            Status = failure is null ? JobStatuses.Passed : JobStatuses.Failed,
            Completed = failure is null,
            RetryCount = retries,
            Flaky = retries > 0 && failure is null,
            QueueWaitMs = random.Next(50),
            StartupLatencyMs = completion * 0.1,
            FirstOutputLatencyMs = completion * 0.3,
            CompletionLatencyMs = completion,
            TimeToResultMs = completion * (retries + 1),
            FirstAttemptFirstOutputLatencyMs = completion * 0.3,
            FirstAttemptCompletionLatencyMs = completion,
            ExitLagMs = random.NextDouble() * 30,
            ModelFirstTokenMs = completion * 0.2,
            ModelTimeMs = completion * 0.7,
            AgentOverheadMs = completion * 0.3,
            ModelRequests = 2,
            HiddenModelRequests = 1,
            InputTokens = random.Next(100, 9000),
            OutputTokens = random.Next(10, 2000),
            CostUsd = random.Next(1, 100) / 10_000m,
            FailureCategory = failure,
            FailureReason = failure is null ? null : failure == "env" ? "quota_or_rate_limit" : "hint_mismatch",
            HintMatchRatio = failure is null ? 1 : 0.5,
            JobStartedAt = Stamp(ordinal),
            JobCompletedAt = Stamp(ordinal + 2),
            Attempts = [.. Enumerable.Range(0, retries + 1).Select(number => Attempt(number, number == retries && failure is null, completion, answer))],
        };
    }

    private static AttemptRecord Attempt(int number, bool success, double completion, string answer) => new()
    {
        Attempt = number,
        Success = success,
        Completed = success,
        ReturnCode = success ? 0 : 1,
        CompletionLatencyMs = completion,
        Answer = answer,
    };

    private static string Stamp(int seconds) =>
        DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_000 + seconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
