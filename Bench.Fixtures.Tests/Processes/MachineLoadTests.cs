using Bench.Fixtures.Processes.Metering;

namespace Bench.Fixtures.Tests.Processes;

public sealed class MachineLoadTests
{
    [Theory]
    [InlineData("some avg10=26.53 avg60=42.12 avg300=33.01 total=168170668", 168170668)]
    [InlineData("some avg10=0.00 avg60=0.00 avg300=0.00 total=0", 0)]
    public void The_kernels_word_on_waiting_is_read_in_microseconds(string line, long microseconds)
    {
        Assert.Equal(TimeSpan.FromMicroseconds(microseconds), MachineLoad.ParsePressure(line));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("full avg10=0.00 avg60=0.00 avg300=0.00 total=7")]
    [InlineData("some avg10=0.00 avg60=0.00 avg300=0.00 total=")]
    [InlineData("some avg10=0.00 avg60=0.00 avg300=0.00 total=-5")]
    public void Anything_else_is_unknown(string? line)
    {
        Assert.Null(MachineLoad.ParsePressure(line));
    }

    [Fact]
    public void The_load_average_is_that_of_the_last_minute()
    {
        Assert.Equal((4.82, null, null), (MachineLoad.ParseLoadAverage("4.82 4.28 1.92 2/175 10098"), MachineLoad.ParseLoadAverage(null), MachineLoad.ParseLoadAverage("much")));
    }

    [Fact]
    public void Pressure_is_the_share_of_the_time_in_which_somebody_waited()
    {
        var clock = TimeProvider.System;
        var before = new MachineLoad(0, TimeSpan.FromSeconds(10), 1);

        Assert.Equal(0.25, new MachineLoad(2 * clock.TimestampFrequency, TimeSpan.FromSeconds(10.5), 1).PressureSince(before, clock));
        Assert.Equal(1, new MachineLoad(2 * clock.TimestampFrequency, TimeSpan.FromSeconds(99), 1).PressureSince(before, clock));
        Assert.Null(new MachineLoad(2 * clock.TimestampFrequency, null, 1).PressureSince(before, clock));
        Assert.Null(new MachineLoad(clock.TimestampFrequency / 1000, TimeSpan.FromSeconds(10), 1).PressureSince(before, clock));
    }

    [Theory]
    [InlineData(0.02, 0.1, false)]
    [InlineData(0.04, 0.1, true)]
    [InlineData(0.4, 30, false)]
    [InlineData(0.7, 30, true)]
    public void An_agent_that_only_waits_has_not_worked(double cpuSeconds, double seconds, bool isWork)
    {
        Assert.Equal(isWork, CpuProgress.Is(TimeSpan.FromSeconds(cpuSeconds), TimeSpan.FromSeconds(seconds)));
    }
}
