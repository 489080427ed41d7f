namespace Bench.Fixtures.Processes.Metering;

/// <summary>The load of the machine from the moment of its making on.</summary>
internal sealed class LoadWatch(TimeProvider clock)
{
    private readonly MachineLoad before = MachineLoad.Now(clock);

    /// <summary>The load up to now.</summary>
    public LoadReading Read()
    {
        var now = MachineLoad.Now(clock);
        return new LoadReading(now.PressureSince(before, clock), now.LoadAverage);
    }
}

/// <summary>How loaded the machine was during an attempt; null is unknown.</summary>
/// <param name="Pressure">The share of the time, from 0 to 1, in which some program that could work waited for a core.</param>
/// <param name="LoadAverage">Programs that work or wait, mean of about the last minute, at the end.</param>
public sealed record LoadReading(double? Pressure, double? LoadAverage)
{
    /// <summary>Nothing is known.</summary>
    public static LoadReading Unknown { get; } = new(null, null);

    /// <summary>The pressure reached <see cref="MachineLoad.PressureBound"/>.</summary>
    public bool IsOverBound => Pressure >= MachineLoad.PressureBound;
}
