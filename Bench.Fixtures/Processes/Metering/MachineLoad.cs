using System.Globalization;

namespace Bench.Fixtures.Processes.Metering;

/// <summary>How loaded the machine is, as Linux tells it at one moment; unknown elsewhere.</summary>
/// <param name="At">When.</param>
/// <param name="Waited">Time up to now in which some program that could work waited for a core (<c>some total</c> of <c>/proc/pressure/cpu</c>); null where the kernel does not say.</param>
/// <param name="LoadAverage">Programs that work or wait, mean of about the last minute (<c>/proc/loadavg</c>); null where unknown.</param>
public sealed record MachineLoad(long At, TimeSpan? Waited, double? LoadAverage)
{
    /// <summary>
    /// From this share of the time on in which some program waited for a core, numbers are those of a crowded machine. An agent per core, with its helper
    /// threads, stays below; a further program that works all the time on each core does not.
    /// </summary>
    public const double PressureBound = 0.8;

    // Shorter than this, the share is chance.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);

    /// <summary>The load of this machine now.</summary>
    public static MachineLoad Now(TimeProvider clock) => new(
        clock.GetTimestamp(), ParsePressure(FirstLine("/proc/pressure/cpu")), ParseLoadAverage(FirstLine("/proc/loadavg")));

    /// <summary>The share of the time since then, from 0 to 1, in which some program waited for a core; null when unknown or the time is too short to say.</summary>
    /// <param name="before">The load at the beginning.</param>
    /// <param name="clock">The clock of both.</param>
    public double? PressureSince(MachineLoad before, TimeProvider clock)
    {
        var elapsed = clock.GetElapsedTime(before.At, At);
        return Waited - before.Waited is { } waited && elapsed >= Shortest ? Percentage.Rounded(Math.Clamp(waited / elapsed, 0, 1), 4) : null;
    }

    /// <summary>From <c>some avg10=0.00 avg60=0.00 avg300=0.00 total=168170668</c>, in microseconds.</summary>
    internal static TimeSpan? ParsePressure(string? line)
    {
        const string Name = " total=";
        return line is not null && line.StartsWith("some ", StringComparison.Ordinal) && line.IndexOf(Name, StringComparison.Ordinal) is > 0 and var at
            && long.TryParse(line.AsSpan(at + Name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
                ? TimeSpan.FromMicroseconds(microseconds)
                : null;
    }

    /// <summary>From <c>4.82 4.28 1.92 2/175 10098</c>.</summary>
    internal static double? ParseLoadAverage(string? line) =>
        line is not null && double.TryParse(line.Split(' ')[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var load) ? load : null;

    private static string? FirstLine(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            using var reader = new StreamReader(path);
            return reader.ReadLine();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Not every kernel has it, and some have it switched off.
            return null;
        }
    }
}
