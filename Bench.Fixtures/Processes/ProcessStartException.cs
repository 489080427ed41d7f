using System.Globalization;
using System.Runtime.InteropServices;
using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Processes;

/// <summary>An agent process could not be started. Nothing runs, nothing was leaked.</summary>
public sealed class ProcessStartException : Exception, IStartProblem
{
    internal ProcessStartException(ProcessSpec spec, string why, int? errorNumber = null, Exception? inner = null)
        : base($"Could not start '{spec.FileName}' in '{spec.WorkingDirectory}': {why}", inner)
    {
        FileName = spec.FileName;
        ErrorNumber = errorNumber;
        IsFileMissing = !File.Exists(spec.FileName);
    }

    /// <summary>The executable that was to be started.</summary>
    public string FileName { get; }

    /// <summary>The system's error number (errno); null when Bench refused before asking the system.</summary>
    public int? ErrorNumber { get; }

    /// <summary>The executable does not exist: the agent is not installed, or its path is wrong.</summary>
    public bool IsFileMissing { get; }

    internal static ProcessStartException FromErrno(ProcessSpec spec, string call, int errno) => new(
        spec,
        string.Create(CultureInfo.InvariantCulture, $"{Marshal.GetPInvokeErrorMessage(errno)} (errno {errno}, {call}). {Cure(spec, errno)}"),
        errno);

    private static string Cure(ProcessSpec spec, int errno) => errno switch
    {
        _ when !Directory.Exists(spec.WorkingDirectory) => "The working directory does not exist. Create it first.",
        _ when !File.Exists(spec.FileName) => "The file does not exist. Install the agent, or correct its path.",
        LibC.Enoent => "The file exists, but its interpreter (the '#!' line, or the loader of another C library) does not. Install the build for this system.",
        LibC.Eacces => "The file may not be executed. Run 'chmod +x' on it, and check that its file system is not mounted noexec.",
        LibC.Enoexec => "The file is not a program for this machine. Install the build for this system; a script needs a '#!' line.",
        LibC.E2Big => "The arguments and environment are too long. Pass a long prompt on standard input.",
        LibC.Eagain => "The user has too many processes. Lower Parallel, or raise the limit ('ulimit -u').",
        _ => "Correct the command, or the machine's limits.",
    };
}
