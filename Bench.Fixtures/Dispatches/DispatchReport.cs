using System.Globalization;
using System.Text.Json.Serialization;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Dispatches;

/// <summary>What became of one job: what <c>dispatch report</c> prints, as JSON or Markdown. See docs/formats/dispatch.md.</summary>
public sealed record DispatchReport
{
#pragma warning disable CS1591 // names and units are in the name; the rest is in docs/formats/dispatch.md
    public int SchemaVersion { get; init; } = DispatchJob.CurrentSchemaVersion;
    public required string Beads { get; init; }
    public required string Provider { get; init; }
    public required string State { get; init; }
    public required string ReasonCode { get; init; }
    [JsonConverter(typeof(UtcStamp))]
    public DateTimeOffset? StartedAt { get; init; }
    public double? DurationSec { get; init; }
    public required int Retries { get; init; }
    public int? ExitCode { get; init; }
    public string? OutcomeState { get; init; }
    public string? OutcomeReasonCode { get; init; }
    public string? SelectedModel { get; init; }
    public string? FallbackReason { get; init; }
    public string? ReportedCommit { get; init; }
    public required bool RequireCommitArtifact { get; init; }
    public required string NextAction { get; init; }
    public required string Host { get; init; }
    public required string Cwd { get; init; }
    public required string RunInstance { get; init; }
    public string? Worktree { get; init; }
    public int? Mutations { get; init; }
    public long? LogBytes { get; init; }
    public double? CpuTimeSec { get; init; }
    public double? PidAgeSec { get; init; }
    public required string Model { get; init; }
    public string? FailureCategory { get; init; }
    public string? Details { get; init; }

    /// <summary>The run's folder, which holds the record; null before the worker made it.</summary>
    public string? RunDir { get; init; }

    /// <summary>The agent's answer, as the record keeps it: redacted, at most 16,384 characters. Null when there is none.</summary>
    public string? Answer { get; init; }
#pragma warning restore CS1591

    /// <summary>The report on a job as it stands.</summary>
    public static DispatchReport Of(DispatchEntry entry, DateTimeOffset now, TimeSpan stall)
    {
        var check = DispatchCheck.Of(entry, null, now, stall);
        var (job, outcome) = (entry.Job, entry.Outcome);
        var run = entry.Instance.Run.Root;
        var answer = DeadJob.RecordOf(entry.Instance)?.Attempts is [.., var last] ? last.Answer : null;
        return new()
        {
            Beads = job.Beads,
            Provider = job.Provider,
            State = check.State,
            ReasonCode = check.ReasonCode,
            StartedAt = job.StartedAt,
            DurationSec = outcome is null ? job.StartedAt is { } started ? Math.Round((now - started).TotalSeconds, 3) : null : outcome.DurationSec,
            Retries = job.Retries,
            ExitCode = outcome?.ExitCode,
            OutcomeState = outcome?.State,
            OutcomeReasonCode = outcome?.ReasonCode,
            SelectedModel = check.SelectedModel,
            FallbackReason = job.FallbackReason,
            ReportedCommit = outcome is null ? entry.Heartbeat?.ReportedCommit : outcome.ReportedCommit,
            RequireCommitArtifact = job.RequireCommitArtifact,
            NextAction = check.NextAction,
            Host = job.Host,
            Cwd = job.Cwd,
            RunInstance = job.RunInstance,
            Worktree = job.Worktree,
            Mutations = check.MutationCount,
            LogBytes = check.LogBytes,
            CpuTimeSec = check.CpuTimeSec,
            PidAgeSec = check.PidAgeSec,
            Model = job.Model,
            FailureCategory = check.FailureCategory,
            Details = check.Details,
            RunDir = Directory.Exists(run) ? run : null,
            Answer = string.IsNullOrEmpty(answer) ? null : answer,
        };
    }

    /// <summary>The report as Markdown: a table, then the answer.</summary>
    public string ToMarkdown()
    {
        (string Name, string? Value)[] rows =
        [
            ("provider", Provider), ("state", State), ("reason_code", ReasonCode), ("exit_code", Text(ExitCode)), ("failure_category", FailureCategory), ("details", Details),
            ("model", Model), ("selected_model", SelectedModel), ("fallback_reason", FallbackReason),
            ("started_at", StartedAt is { } started ? RecordBuilder.Stamp(started) : null), ("duration_sec", Text(DurationSec)), ("retries", Text(Retries)),
            ("worktree", Worktree), ("mutations", Text(Mutations)), ("reported_commit", ReportedCommit), ("log_bytes", Text(LogBytes)), ("cpu_time_sec", Text(CpuTimeSec)),
            ("run_instance", RunInstance), ("run_dir", RunDir), ("host", Host), ("next_action", NextAction),
        ];
        var table = string.Concat(rows.Select(row => $"| {row.Name} | {Cell(row.Value)} |\n"));
        return $"# Dispatch report: {Beads}\n\n| field | value |\n|---|---|\n{table}{(Answer is null ? "" : $"\n## Answer\n\n{Fence(Answer)}\n{Answer.TrimEnd()}\n{Fence(Answer)}\n")}";
    }

    private static string? Text(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture);

    private static string Cell(string? value) =>
        value is null ? "-" : value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

    // Longer than any row of backticks in the answer, so that it cannot end the block.
    private static string Fence(string answer)
    {
        var (longest, row) = (2, 0);
        foreach (var letter in answer)
        {
            row = letter == '`' ? row + 1 : 0;
            longest = Math.Max(longest, row);
        }

        return new string('`', longest + 1);
    }
}
