using System.ComponentModel;
using System.Diagnostics;

namespace Bench.Fixtures.Processes;

/// <summary>Tells a process to end that is no agent: one that has to tidy up after itself, such as <c>dotnet test</c>.</summary>
public static class ProcessTermination
{
    /// <summary>Sends SIGTERM to the process alone, which ends what it started; on Windows, which has no such signal, kills it with all that it started. Does nothing when it is gone.</summary>
    public static void Request(Process process)
    {
        try
        {
            if (process.HasExited)
            {
                return;
            }

            if (OperatingSystem.IsWindows())
            {
                process.Kill(entireProcessTree: true);
            }
            else
            {
                _ = LibC.Kill(process.Id, LibC.SigTerm);
            }
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It ended in the meantime.
        }
    }
}
