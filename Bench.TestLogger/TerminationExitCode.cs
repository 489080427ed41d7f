using System.Runtime.InteropServices;
using Microsoft.Build.Framework;

namespace Bench.TestLogger;

/// <summary>
/// An MSBuild task that makes <c>dotnet test</c> end with 143 on SIGTERM. The SDK's own handler ends it with 0, while the tests are still
/// being cancelled: a pipeline that was stopped would read as passed. Handlers run in the reverse order of their registration.
/// </summary>
public sealed class TerminationExitCode : ITask
{
    private const int Terminated = 128 + 15;
    private static readonly Lock Gate = new();
    private static PosixSignalRegistration? registration;

    /// <inheritdoc />
    public IBuildEngine? BuildEngine { get; set; }

    /// <inheritdoc />
    public ITaskHost? HostObject { get; set; }

    /// <inheritdoc />
    public bool Execute()
    {
        lock (Gate)
        {
            // For the life of the process: the tests run after this task has returned.
            registration ??= OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Environment.Exit(Terminated));
        }

        return true;
    }
}
