using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Planning;

/// <summary>One prompt × workflow × trial of a run: the queued unit.</summary>
public sealed record Job
{
    /// <summary>
    /// <c>&lt;workflow&gt;__&lt;prompt&gt;</c>, with <c>__&lt;fault&gt;</c> where faults are injected, and <c>__t2</c> from the second trial on;
    /// a job that stands in for another one has <c>__for_&lt;its workflow&gt;</c> behind that.
    /// </summary>
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

    /// <summary>How the model fails in this job, an id of <see cref="FaultCatalog"/>; null as a rule: it does not.</summary>
    public string? Fault { get; init; }

    /// <summary>Repetition, from 1.</summary>
    public required int Trial { get; init; }

    /// <summary>The model asked for, as the lane spells it.</summary>
    public required string Model { get; init; }

    /// <summary>The pool that rate limits and slots are shared in: for OpenCode the part of the model before the slash, else the system's own.</summary>
    public required string Provider { get; init; }

    /// <summary>The workflow that the job stands in for, because its model was unavailable there; null for a job of the plan.</summary>
    public string? FallbackFrom { get; init; }

    /// <summary>Why it stands in; null for a job of the plan.</summary>
    public string? FallbackReason { get; init; }

    /// <summary>What a job is about besides its lane: the prompt, and the fault where there is one.</summary>
    public string CaseId => CaseOf(PromptId, Fault);

    /// <summary>The case of a prompt and a fault: <c>latency_speed_1</c> or <c>latency_speed_1__status_500</c>.</summary>
    public static string CaseOf(string promptId, string? fault) => fault is null ? promptId : $"{promptId}__{fault}";

    /// <summary>The id of a job.</summary>
    /// <param name="workflowId">Its workflow.</param>
    /// <param name="caseId">Its prompt, or prompt and fault; see <see cref="CaseOf"/>.</param>
    /// <param name="trial">Its trial, from 1.</param>
    public static string IdOf(string workflowId, string caseId, int trial) =>
        trial == 1 ? $"{workflowId}__{caseId}" : string.Create(global::System.Globalization.CultureInfo.InvariantCulture, $"{workflowId}__{caseId}__t{trial}");

    /// <summary>What a person reads: <c>opencode_server_http / latency_speed_1</c>, with <c> / status_500</c> for a fault and <c> #2</c> from the second trial on.</summary>
    public string DisplayName => DisplayNameOf(WorkflowId, PromptId, Fault, Trial);

    /// <summary>What a person reads in a soak: <c>round 2: opencode_run_headless / echo_ok</c>.</summary>
    public string RoundName => RoundNameOf(WorkflowId, PromptId, Trial);

    /// <summary>The id of a soak's job as the original spelled it: <c>&lt;run&gt;-r&lt;round&gt;-&lt;provider&gt;-&lt;index&gt;</c>.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="round">The round, from 1.</param>
    /// <param name="system">The provider.</param>
    /// <param name="index">The place among the provider's jobs of the round, from 0.</param>
    public static string BeadsIdOf(string runId, int round, string system, int index) =>
        string.Create(global::System.Globalization.CultureInfo.InvariantCulture, $"{runId}-r{round}-{system}-{index}");

    /// <summary>What a person reads of a job in a soak.</summary>
    public static string RoundNameOf(string workflowId, string promptId, int round) =>
        string.Create(global::System.Globalization.CultureInfo.InvariantCulture, $"round {round}: {workflowId} / {promptId}");

    /// <summary>What a person reads of a job.</summary>
    public static string DisplayNameOf(string workflowId, string promptId, string? fault, int trial)
    {
        var name = fault is null ? $"{workflowId} / {promptId}" : $"{workflowId} / {promptId} / {fault}";
        return trial == 1 ? name : string.Create(global::System.Globalization.CultureInfo.InvariantCulture, $"{name} #{trial}");
    }
}
