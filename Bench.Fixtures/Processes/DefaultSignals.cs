using System.Diagnostics;
using System.Globalization;

namespace Bench.Fixtures.Processes;

/// <summary>
/// Programs that .NET starts inherit what this process ignores, and a shell lets its background jobs ignore SIGINT: whoever is asked to end by it would then never
/// end. <see cref="AgentProcess"/> resets all signals by itself; this does it for the others.
/// </summary>
public static class DefaultSignals
{
    private const string Env = "/usr/bin/env";
    private const ulong SigIntBit = 1UL << 1;

    /// <summary>Whether this process was started with SIGINT ignored.</summary>
    public static bool IsInterruptIgnored => OperatingSystem.IsLinux() && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } line
        && ulong.TryParse(line["SigIgn:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var ignored) && (ignored & SigIntBit) != 0;

    /// <summary>Lets the program start with SIGINT at its default; changes nothing where that is so anyway, or cannot be had. Its pid is the program's own.</summary>
    public static ProcessStartInfo Apply(ProcessStartInfo start) => Apply(start, IsInterruptIgnored);

    internal static ProcessStartInfo Apply(ProcessStartInfo start, bool isIgnored)
    {
        if (isIgnored && !start.FileName.Contains('=', StringComparison.Ordinal) && CanReset())
        {
            start.ArgumentList.Insert(0, start.FileName);
            start.ArgumentList.Insert(0, "--default-signal=INT");
            start.FileName = Env;
        }

        return start;
    }

    // GNU's knows it since 2019, others do not.
    private static bool CanReset()
    {
        if (!File.Exists(Env))
        {
            return false;
        }

        using var trial = Process.Start(new ProcessStartInfo(Env, ["--default-signal=INT", "true"]) { RedirectStandardError = true })!;
        trial.WaitForExit();
        return trial.ExitCode == 0;
    }
}
