namespace Bench.Fixtures.Failures;

/// <summary>An exception that says why a program could not be started.</summary>
internal interface IStartProblem
{
    /// <summary>The system's error number (errno); null when the system was not asked.</summary>
    int? ErrorNumber { get; }

    /// <summary>The executable does not exist.</summary>
    bool IsFileMissing { get; }
}
