namespace Bench.Fixtures.Dispatches;

/// <summary>What a person does next about a job: one sentence per state.</summary>
public static class DispatchAdvice
{
    /// <summary>The sentence; always one.</summary>
    public static string For(string beads, string state, string reasonCode) => state switch
    {
        DispatchStates.Missing => "See the ids that are known: dotnet bench dispatch status.",
        DispatchStates.Queued => "Wait: it starts when a slot of its provider is free.",
        DispatchStates.Launching or DispatchStates.WaitingFirstOutput => "Wait, and check again.",
        DispatchStates.Healthy or DispatchStates.SilentMutation => "Wait: it is at work.",
        DispatchStates.AwaitingFinalize => "Wait: the agent has ended, its run is being closed.",
        DispatchStates.Stalled or DispatchStates.NoOp => $"See what it last did (dotnet bench dispatch logs --beads {beads}), and stop it if it hangs (dotnet bench dispatch stop --beads {beads}).",
        DispatchStates.ExitedOk => $"Read the result: dotnet bench dispatch report --beads {beads}.",
        DispatchStates.NoOpSuccess => "It succeeded without changing the work tree; if it was to change it, see its logs and word the prompt anew.",
        DispatchStates.Stopped => "Start it again when it is wanted; the instance that was stopped is kept.",
        _ => ForFailure(beads, reasonCode),
    };

    private static string ForFailure(string beads, string reasonCode) => reasonCode switch
    {
        DispatchReasons.ProcessExitedWithoutOutcome => "See worker.log in its folder, and start it again.",
        DispatchReasons.MaxRuntimeExceeded => "See its logs for the last sign of life; raise Dispatch:MaxRuntime if it was at work.",
        DispatchReasons.ExtendedStall => "See its logs for the last sign of life; the provider, or Dispatch:Stall, is to blame.",
        DispatchReasons.NoMutationTimeout => "If the job only reads, set Dispatch:NoMutation to 0; else see its logs and word the prompt anew.",
        DispatchReasons.NoCommitArtifact => "See what it changed in the work tree, and commit it or start again.",
        DispatchReasons.OpenCodeModelUnavailable or DispatchReasons.ModelUnavailable => "Start it on another provider; the model is never changed for you.",
        DispatchReasons.OpenCodeRateLimited or DispatchReasons.GeminiCapacityExhausted => "Wait, or start it on another provider.",
        DispatchReasons.RunNotClean => "Read the details, and do what they say before the result is used.",
        _ => $"See its logs: dotnet bench dispatch logs --beads {beads}.",
    };
}
