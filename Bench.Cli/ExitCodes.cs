namespace Bench.Cli;

/// <summary>What <c>dotnet bench</c> ends with; each gate's own codes stand beside the gate.</summary>
internal static class ExitCodes
{
    /// <summary>Done, and what was asked for holds.</summary>
    public const int Ok = 0;

    /// <summary>Done, and what was asked for does not hold.</summary>
    public const int Failed = 1;

    /// <summary>A lane is not ready, and no job was run; the seeds' code.</summary>
    public const int PreflightFailed = 21;

    /// <summary>The caller's mistake: arguments, settings or files.</summary>
    public const int Usage = 64;

    /// <summary>What the command printed could not be written, whatever it came to.</summary>
    public const int OutputFailed = 74;

    /// <summary>Ctrl+C.</summary>
    public const int Cancelled = 130;
}
