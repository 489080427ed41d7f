namespace Bench.Cli.Governed;

/// <summary>What <c>dotnet bench governed</c> ends with beside <see cref="ExitCodes"/> and the codes of the gates; the seeds' codes.</summary>
internal static class GovernedExitCodes
{
    /// <summary>A lane is not ready.</summary>
    public const int PreflightFailed = 1;

    /// <summary><c>dotnet test</c> left no record.</summary>
    public const int LaunchFailed = 5;
}
