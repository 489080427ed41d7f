namespace Bench.Fixtures.Tests.Dispatches;

/// <summary>The system's clock, ahead by as much as a test has skipped.</summary>
internal sealed class SkippingClock : TimeProvider
{
    private TimeSpan ahead;

    public override long TimestampFrequency => System.TimestampFrequency;

    public void Skip(TimeSpan time) => ahead += time;

    public override long GetTimestamp() => System.GetTimestamp() + (long)(ahead.TotalSeconds * TimestampFrequency);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
}
