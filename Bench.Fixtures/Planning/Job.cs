using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Planning;

/// <summary>One prompt × workflow × trial of a run: the queued unit.</summary>
public sealed record Job
{
    /// <summary><c>&lt;workflow&gt;__&lt;prompt&gt;</c>, with <c>__t2</c> from the second trial on.</summary>
    public required string JobId { get; init; }

    /// <summary>Place in the plan, from 0.</summary>
    public required int Ordinal { get; init; }

    /// <summary>Id of the workflow.</summary>
    public required string WorkflowId { get; init; }

    /// <summary><c>opencode</c>, <c>cc-glm</c> or <c>gemini</c>.</summary>
    public required string System { get; init; }

    /// <summary>Headless or server.</summary>
    public required WorkflowKind WorkflowKind { get; init; }

    /// <summary>Id of the prompt.</summary>
    public required string PromptId { get; init; }

    /// <summary>Category of the prompt.</summary>
    public required string PromptCategory { get; init; }

    /// <summary>Title of the prompt.</summary>
    public required string PromptTitle { get; init; }

    /// <summary>Repetition, from 1.</summary>
    public required int Trial { get; init; }

    /// <summary>The model asked for, as the lane spells it.</summary>
    public required string Model { get; init; }

    /// <summary>The pool that rate limits and slots are shared in: for OpenCode the part of the model before the slash, else the system's own.</summary>
    public required string Provider { get; init; }

    /// <summary>The id of a job.</summary>
    public static string IdOf(string workflowId, string promptId, int trial) =>
        trial == 1 ? $"{workflowId}__{promptId}" : string.Create(global::System.Globalization.CultureInfo.InvariantCulture, $"{workflowId}__{promptId}__t{trial}");

    /// <summary>What a person reads: <c>opencode_server_http / latency_speed_1</c>, with <c> #2</c> from the second trial on.</summary>
    public string DisplayName => Trial == 1 ? $"{WorkflowId} / {PromptId}" : string.Create(global::System.Globalization.CultureInfo.InvariantCulture, $"{WorkflowId} / {PromptId} #{Trial}");
}
