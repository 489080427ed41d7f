using System.Globalization;
using Bench.Fixtures.Processes.Metering;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Records;
using Bench.Fixtures.Statistics;

namespace Bench.Fixtures.Summaries;

/// <summary>Judges how crowded a run was, by its lanes' load.</summary>
internal static class Crowding
{
    /// <summary>A lane's load.</summary>
    /// <param name="load">What its records say.</param>
    /// <param name="isServer">It rests on the run's shared server.</param>
    /// <param name="manifest">What is known of the run.</param>
    public static LoadSummary LoadOf(LaneLoad load, bool isServer, ManifestHeader manifest) => new()
    {
        CpuTime = Estimates.Latency(load.CpuTime),
        CpuMs = Estimates.Total(load.CpuMs),
        ServerCpuMs = isServer ? Estimates.Milliseconds(manifest.ServerCpuMs) : null,
        PeakMemoryBytes = load.PeakMemoryBytes,
        CpuPressure = Percentiles.Interpolate(load.Pressure.Sorted(), 0.5) is { } median ? Rounding.Share(median) : null,
        CpuPressureN = load.Pressure.Count,
        JobsInFlight = load.JobsInFlight,
    };

    /// <summary>The whole run.</summary>
    public static CrowdingSummary Of(IReadOnlyList<LaneSummary> lanes, ManifestHeader manifest)
    {
        var (cores, inFlight, pressure) = (manifest.CpuCount, lanes.Max(lane => lane.Load.JobsInFlight), lanes.Max(lane => lane.Load.CpuPressure));
        var tooMany = inFlight > cores;
        var pressed = pressure >= MachineLoad.PressureBound;
        return new CrowdingSummary
        {
            IsCrowded = tooMany || pressed ? true : (inFlight is null || cores is null) && pressure is null ? null : false,
            Cores = cores,
            JobsInFlight = inFlight,
            CpuPressure = pressure,
            PressureBound = MachineLoad.PressureBound,
            Notice = tooMany ? TooMany(inFlight!.Value, cores!.Value) : pressed ? Pressed(pressure!.Value) : null,
        };
    }

    private const string Consequence = "latencies are those of a crowded machine, and lanes may even have changed places; CPU time per lane hardly depends on it.";

    private static string TooMany(int inFlight, int cores) => string.Create(
        CultureInfo.InvariantCulture,
        $"Crowded: {inFlight} jobs were in flight at once on {Counted.Of(cores, "core")}: {Consequence} To measure the lanes: -p:BenchParallel=auto, or a number up to {cores}.");

    private static string Pressed(double pressure) => string.Create(
        CultureInfo.InvariantCulture,
        $"Crowded: some program waited for a core in {Percentage.Of(pressure, 0)} % of the time (bound {Percentage.Of(MachineLoad.PressureBound, 0)} %): {Consequence} To measure the lanes: stop other programs, or -p:BenchParallel=1.");
}
