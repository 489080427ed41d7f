using System.Text.Json;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Records;

// What earlier versions said otherwise, or not at all, in the words of this one.
internal sealed partial class RecordRowReader
{
    private const int OriginalVersion = 1;
    private const int FirstWithBounds = 3;

    private void CompleteOlder(scoped ref Draft draft)
    {
        if (draft.SchemaVersion >= FirstWithBounds)
        {
            return;
        }

        if (!draft.Attempts.IsEmpty)
        {
            TakeOriginalAttempts(ref draft);
        }

        if (draft is { Censored: true, Success: false, CompletionLatencyMs: not null })
        {
            BoundByTheLimit(ref draft);
        }

        // The only attempt is the first, the last and the whole job.
        if (draft.RetryCount == 0)
        {
            draft.TimeToResultMs = draft.CompletionLatencyMs;
            draft.FirstAttemptCompletionLatencyMs = draft.CompletionLatencyMs;
            draft.FirstAttemptFirstOutputLatencyMs = draft.FirstOutputLatencyMs;
            draft.FirstAttemptCensored = draft.Censored;
            draft.AtLeast |= Where(draft.AtLeast, RecordBounds.CompletionLatencyMs, RecordBounds.TimeToResultMs | RecordBounds.FirstAttemptCompletionLatencyMs)
                | Where(draft.AtLeast, RecordBounds.FirstOutputLatencyMs, RecordBounds.FirstAttemptFirstOutputLatencyMs);
        }
    }

    /// <summary>What was not seen of a job that a limit ended took at least as long as the job.</summary>
    private static void BoundByTheLimit(scoped ref Draft draft)
    {
        draft.AtLeast |= RecordBounds.CompletionLatencyMs;
        if (draft.FirstOutputLatencyMs is null)
        {
            draft.FirstOutputLatencyMs = draft.CompletionLatencyMs;
            draft.AtLeast |= RecordBounds.FirstOutputLatencyMs;
        }

        // On server lanes it is the server's, and charged to one job alone.
        if (draft.StartupLatencyMs is null && draft.WorkflowKind != "server")
        {
            draft.StartupLatencyMs = draft.CompletionLatencyMs;
            draft.AtLeast |= RecordBounds.StartupLatencyMs;
        }
    }

    /// <summary>The original harness says in each attempt whether its limit ended it, and nothing in the record itself.</summary>
    private void TakeOriginalAttempts(scoped ref Draft draft)
    {
        using var document = OutsideJson.Parse(draft.Attempts.ToArray());
        if (document.RootElement is not { ValueKind: JsonValueKind.Array } attempts || attempts.GetArrayLength() == 0)
        {
            return;
        }

        var (first, last) = (attempts[0], attempts[attempts.GetArrayLength() - 1]);
        draft.Censored |= IsTimedOut(last);
        PassIsAnError = draft.Success && OriginalOutput.IsOnlyAnError(Text(last, "stdout") is { Length: > 0 } output ? output : Text(last, "stderr"));
        if (draft.RetryCount > 0)
        {
            draft.FirstAttemptCensored = IsTimedOut(first);
            draft.FirstAttemptCompletionLatencyMs = Number(first, "completion_latency_ms");
            draft.FirstAttemptFirstOutputLatencyMs = Number(first, "first_output_latency_ms") ?? (draft.FirstAttemptCensored ? draft.FirstAttemptCompletionLatencyMs : null);
            draft.AtLeast |= draft.FirstAttemptCensored ? RecordBounds.FirstAttemptCompletionLatencyMs : RecordBounds.None;
            draft.AtLeast |= draft.FirstAttemptCensored && Number(first, "first_output_latency_ms") is null ? RecordBounds.FirstAttemptFirstOutputLatencyMs : RecordBounds.None;
        }
    }

    /// <summary>Who was to blame for a first attempt that another one followed stands with the attempt alone.</summary>
    private static bool NeedsFirstAttempt(scoped in Draft draft) => draft.RetryCount > 0;

    private static bool FirstIsAnswerable(scoped in Draft draft)
    {
        if (!NeedsFirstAttempt(draft) || draft.Attempts.IsEmpty)
        {
            return true;
        }

        using var document = OutsideJson.Parse(draft.Attempts.ToArray());
        return document.RootElement is not { ValueKind: JsonValueKind.Array } attempts || attempts.GetArrayLength() == 0
            || Text(attempts[0], "failure_category") is "model" or "";
    }

    private static RecordBounds Where(RecordBounds bounds, RecordBounds has, RecordBounds then) => bounds.HasFlag(has) ? then : RecordBounds.None;

    private static bool IsTimedOut(JsonElement attempt) =>
        attempt.ValueKind == JsonValueKind.Object && attempt.TryGetProperty("timed_out", out var value) && value.ValueKind == JsonValueKind.True;

    private static string Text(JsonElement attempt, string name) =>
        attempt.ValueKind == JsonValueKind.Object && attempt.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()!.Trim() : "";

    private static double? Number(JsonElement attempt, string name) =>
        attempt.ValueKind == JsonValueKind.Object && attempt.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.GetDouble() is >= 0 and <= LongestMs and var number
            ? number
            : null;
}
