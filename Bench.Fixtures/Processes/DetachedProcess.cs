namespace Bench.Fixtures.Processes;

/// <summary>
/// Starts a process that outlives this one: the leader of a session of its own, without a terminal, with the null device as input, its output in a file.
/// Neither the end of its caller nor that of the caller's terminal reaches it. Linux only (<see cref="IsSupported"/>).
/// </summary>
public static class DetachedProcess
{
    private static readonly string[] Marks = [ProcessMarks.RunId, ProcessMarks.Run, ProcessMarks.JobId, ProcessMarks.Attempt];

    /// <summary>Whether this machine can do that.</summary>
    public static bool IsSupported => LinuxSupport.IsAvailable;

    /// <summary>The environment without the marks of a run that the caller is part of: whoever ends that run would end the process too.</summary>
    public static IReadOnlyDictionary<string, string> WithoutMarks(IReadOnlyDictionary<string, string> environment) =>
        environment.Where(variable => !Marks.Contains(variable.Key)).ToDictionary(variable => variable.Key, variable => variable.Value, StringComparer.Ordinal);

    /// <summary>Starts the process.</summary>
    /// <param name="spec">The command, with absolute paths; its input, observer and logs do not count.</param>
    /// <param name="outputFile">The absolute path of the file that both outputs are appended to.</param>
    /// <exception cref="ProcessStartException">The system refused.</exception>
    /// <exception cref="PlatformNotSupportedException">This machine cannot do that.</exception>
    public static unsafe ProcessIdentity Start(ProcessSpec spec, string outputFile)
    {
        if (!IsSupported)
        {
            throw new PlatformNotSupportedException("Detached processes need Linux's process interface (x64 or arm64, kernel 5.3, posix_spawn).");
        }

        var pid = LinuxSpawn.StartDetached(spec, outputFile);

        // Read before anybody can wait for it: an entry is there until then.
        var identity = ProcessIdentity.Of(pid)!;

        // A caller that lives on would keep the ended process in the table.
        new Thread(() => _ = LibC.WaitPid(pid, null, 0)) { IsBackground = true, Name = "detached" }.Start();
        return identity;
    }
}
