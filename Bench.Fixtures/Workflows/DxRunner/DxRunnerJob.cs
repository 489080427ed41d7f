using System.Text.Json;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Workflows.DxRunner;

/// <summary>What <c>check --json</c> or <c>report --format json</c> says of a job; null is "not said".</summary>
public sealed record DxRunnerJob
{
    // All that dx-runner knows; whatever else it may say one day is a failure, never a wait.
    private static readonly string[] Good = ["exited_ok", "no_op_success"];
    private static readonly string[] Ended = [.. Good, "exited_err", "stopped", "start_failed"];
    private static readonly string[] Waiting = ["launching", "slow_start", "waiting_first_output", "silent_mutation", "healthy", "awaiting_finalize"];

    /// <summary>The job's state.</summary>
    public string? State { get; init; }

    /// <summary>Why it is in it.</summary>
    public string? ReasonCode { get; init; }

    /// <summary>The outcome's reason; in reports only.</summary>
    public string? OutcomeReasonCode { get; init; }

    /// <summary>The exit code of the provider's process.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The model that dx-runner chose.</summary>
    public string? SelectedModel { get; init; }

    /// <summary>The job goes on, or is about to be finished.</summary>
    public bool IsWaiting => Waiting.Contains(State, StringComparer.Ordinal);

    /// <summary>Its process has ended by itself, or was never there. One that is stalled, blocked or in a state that nobody knows may still run.</summary>
    public bool HasEnded => Ended.Contains(State, StringComparer.Ordinal);

    /// <summary>It ended well. An echo changes no file: <c>no_op_success</c> is as good as <c>exited_ok</c>.</summary>
    public bool IsGood => Good.Contains(State, StringComparer.Ordinal) && ExitCode is null or 0;

    /// <summary>Reads a document; null when it is none.</summary>
    public static DxRunnerJob? TryParse(string json)
    {
        try
        {
            using var document = OutsideJson.Parse(json);
            var root = document.RootElement;
            return root.ValueKind != JsonValueKind.Object ? null : new DxRunnerJob
            {
                State = TextOf(root, "state"),
                ReasonCode = TextOf(root, "reason_code"),
                OutcomeReasonCode = TextOf(root, "outcome_reason_code"),
                ExitCode = int.TryParse(TextOf(root, "exit_code"), System.Globalization.CultureInfo.InvariantCulture, out var code) ? code : null,
                SelectedModel = TextOf(root, "selected_model"),
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // dx-runner writes numbers as text, and unknown values as empty ones.
    private static string? TextOf(JsonElement root, string name) => root.TryGetProperty(name, out var value)
        ? value.ValueKind switch { JsonValueKind.String => value.GetString() is { Length: > 0 } text ? text : null, JsonValueKind.Number => value.GetRawText(), _ => null }
        : null;
}
