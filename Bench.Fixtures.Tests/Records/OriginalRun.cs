using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Tests.Records;

/// <summary>
/// A run folder as the original Python harness leaves it: no schema_version, no journal, no trial, whole-second stamps, integer
/// latencies, ASCII-only JSON. Made from the documented fields.
/// </summary>
internal static class OriginalRun
{
    public const string RunId = "run-20260218T200000Z";

    private static readonly JsonSerializerOptions AsPythonWrites = new() { WriteIndented = true };

    /// <summary>Two jobs that passed (one on its second attempt), one failure of each category, one time-out, one executor exception.</summary>
    public static RunFolder Write(TestFolder folder)
    {
        folder.Write($"{RunId}/manifest.json", Manifest().ToJsonString(AsPythonWrites));
        WriteRecord(folder, Record("cc_glm_headless", "coding_ability_1", 64, 23560, 25945));
        WriteRecord(folder, Record("cc_glm_headless", "latency_speed_1", 106, 352, 1646, retries: 1));
        WriteRecord(folder, Record("cc_glm_headless", "robustness_1", 3, null, 90012, "model", "timeout"));
        WriteRecord(folder, Record("opencode_run_headless", "coding_ability_1", 4, 10238, 21384));
        WriteRecord(folder, Record("opencode_run_headless", "latency_speed_1", 5, null, 900, "env", "runtime_env"));
        WriteRecord(folder, ExecutorException("opencode_run_headless", "robustness_1"));
        folder.Write($"{RunId}/raw/cc_glm_headless__coding_ability_1.prompt.txt", "Say \"hello\".");
        folder.Write($"{RunId}/raw/opencode_server_http__server.log", "INFO listening");
        folder.Write($"{RunId}/raw/wave__manifest.json", "{}");
        folder.Write($"{RunId}/raw/notes.json", "{}");
        return new RunFolder(folder.At(RunId));
    }

    private static void WriteRecord(TestFolder folder, JsonObject record) =>
        folder.Write($"{RunId}/raw/{record["workflow_id"]}__{record["prompt_id"]}.json", record.ToJsonString(AsPythonWrites));

    private static JsonObject Manifest() => new()
    {
        ["run_id"] = RunId,
        ["created_at"] = "2026-02-18T20:00:00Z",
        ["workflows"] = new JsonArray("cc_glm_headless", "opencode_run_headless"),
        ["model"] = "glm-5",
        ["model_selected"] = "glm-5",
        ["fallback_reason"] = null,
        ["parallel"] = 4,
        ["max_retries"] = 1,
        ["timeout_sec"] = 300.0,
        ["dry_run"] = false,
        ["cwd"] = "/somewhere",
        ["prompts_file"] = "/somewhere/prompts.json",
    };

    private static JsonObject Record(
        string workflowId, string promptId, int startup, int? first, int completion, string? category = null, string? reason = null, int retries = 0)
    {
        var record = Identity(workflowId, promptId);
        record["success"] = category is null;
        record["retry_count"] = retries;
        record["startup_latency_ms"] = startup;
        record["first_output_latency_ms"] = first;
        record["completion_latency_ms"] = completion;
        record["workflow_startup_latency_ms"] = null;
        record["stall_detected"] = false;
        record["stall_reason"] = null;
        record["failure_category"] = category;
        record["failure_reason"] = reason;
        record["hint_match_ratio"] = 0.5;
        record["session_id"] = null;
        record["used_model_fallback"] = false;
        record["job_started_at"] = "2026-02-18T20:00:00Z";
        record["job_completed_at"] = string.Create(CultureInfo.InvariantCulture, $"2026-02-18T20:01:{completion % 60:00}Z");
        record["attempts"] = new JsonArray([.. Enumerable.Range(0, retries + 1).Select(attempt => new JsonObject
        {
            ["success"] = attempt == retries && category is null,
            ["return_code"] = category is null ? 0 : 1,
            ["timed_out"] = reason == "timeout",
            ["startup_latency_ms"] = startup,
            ["first_output_latency_ms"] = first,
            ["completion_latency_ms"] = completion,
            ["stdout"] = "{\"type\":\"text\"}\nüber \"quoted\"\n",
            ["stderr"] = "",
            ["failure_category"] = category,
            ["failure_reason"] = reason,
            ["hint_match_ratio"] = 0.5,
            ["session_id"] = null,
            ["used_model_fallback"] = false,
            ["attempt"] = attempt,
            ["attempt_started_at"] = "2026-02-18T20:00:00Z",
            ["attempt_completed_at"] = "2026-02-18T20:01:00Z",
        })]);
        return record;
    }

    // The executor's own failure claims retries that never ran and has no latencies.
    private static JsonObject ExecutorException(string workflowId, string promptId)
    {
        var record = Record(workflowId, promptId, 0, null, 0, "harness", "executor_exception", retries: 1);
        record["startup_latency_ms"] = null;
        record["completion_latency_ms"] = null;
        record["attempts"] = new JsonArray(new JsonObject
        {
            ["attempt"] = 0,
            ["success"] = false,
            ["stderr"] = "FileNotFoundError",
            ["failure_category"] = "harness",
            ["failure_reason"] = "executor_exception",
        });
        return record;
    }

    private static JsonObject Identity(string workflowId, string promptId) => new()
    {
        ["run_id"] = RunId,
        ["workflow_id"] = workflowId,
        ["system"] = workflowId.StartsWith("opencode", StringComparison.Ordinal) ? "opencode" : "cc-glm",
        ["workflow_kind"] = "headless",
        ["prompt_id"] = promptId,
        ["prompt_category"] = promptId[..promptId.LastIndexOf('_')],
        ["prompt_title"] = "Título " + promptId,
        ["model"] = "glm-5",
        ["model_selected"] = "glm-5",
        ["fallback_reason"] = null,
    };
}
