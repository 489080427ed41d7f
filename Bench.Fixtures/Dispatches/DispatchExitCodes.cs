namespace Bench.Fixtures.Dispatches;

/// <summary>What <c>dotnet bench dispatch</c> ends with beside 0, and what an outcome says of its job; the numbers are dx-runner's.</summary>
public static class DispatchExitCodes
{
    /// <summary>What was asked for cannot be done, or does not hold; also an id that is not known.</summary>
    public const int Failed = 1;

    /// <summary>Check: the job shows no progress.</summary>
    public const int Stalled = 2;

    /// <summary>Check: the job ended without success.</summary>
    public const int EndedBadly = 3;

    /// <summary>There is no such provider.</summary>
    public const int UnknownProvider = 20;

    /// <summary>The provider's lane is not ready.</summary>
    public const int PreflightFailed = 21;

    /// <summary>The work tree cannot be used.</summary>
    public const int WorktreeRefused = 22;

    /// <summary>Check: no output, no traffic and no change since the start.</summary>
    public const int NoOp = 23;

    /// <summary>The model is not served.</summary>
    public const int ModelUnavailable = 25;

    /// <summary>The provider has as many jobs in flight as it may.</summary>
    public const int CapExceeded = 26;

    /// <summary>This machine cannot run detached jobs.</summary>
    public const int ModeUnsupported = 27;

    /// <summary>Another model than the policy's was asked for without leave.</summary>
    public const int ModelOverrideBlocked = 28;

    /// <summary>Outcome: the job reported success and committed nothing.</summary>
    public const int NoCommitArtifact = 44;

    /// <summary>Outcome: a limit ended the job.</summary>
    public const int LimitReached = 124;

    /// <summary>Outcome: somebody ended the job.</summary>
    public const int Killed = 137;
}
