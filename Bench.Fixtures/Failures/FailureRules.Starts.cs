using System.Globalization;

namespace Bench.Fixtures.Failures;

/// <summary>What ended before the agent's first model request: the model had no part in it.</summary>
public static partial class FailureRules
{
    private static IEnumerable<FailureRule> OfStarts() =>
    [
        Env("start.host_overloaded", FailureReasons.HostOverloaded, EndedBy.Env, "A limit was reached before the first model request, and nearly all the time some program of the machine waited for a core: the agent was starved. One that ends by itself is judged by how.", e => IsLimitBeforeStart(e) && e.HostIsOverloaded ? Start(e) : null),
        Harness("start.prompt_not_delivered", FailureReasons.PromptNotDelivered, EndedBy.Harness, "A limit was reached before the first model request, and the agent had not taken its prompt from standard input.", e => IsLimitBeforeStart(e) && e.PromptBytesLeft > 0 ? Start(e) : null),
        Model("start.agent_not_started", FailureReasons.AgentNotStarted, EndedBy.Harness, "A limit was reached before the first model request, on a machine with time to spare: the agent had its prompt and did not begin.", e => IsLimitBeforeStart(e) ? Start(e) : null),
    ];

    private static bool IsLimitBeforeStart(AttemptEvidence e) => HasNotBegun(e) && (e.TimedOut || e.Stalled);

    /// <summary>The agent has asked no model. Output without a request comes from a model that the gateway does not stand before.</summary>
    private static bool HasNotBegun(AttemptEvidence e) => e is { ModelRequests: 0, HasOutput: false };

    private static string Start(AttemptEvidence e)
    {
        var limit = e.TimedOut ? " until the attempt's limit" : e.Stalled ? ", and no sign of life for the stall threshold" : "";
        var left = e.PromptBytesLeft is > 0 and var bytes ? string.Create(CultureInfo.InvariantCulture, $"; {bytes} bytes of the prompt not taken") : "";
        var cpu = e.CpuTime is { } time ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s") : "unknown";
        var pressure = e.CpuPressure is { } share ? $"{Percentage.Of(share, 0)} % of the time" : "unknown";
        return WithLastWord($"No model request{limit}; CPU time of the agent {cpu}, some program waited for a core {pressure}{left}", e);
    }
}
