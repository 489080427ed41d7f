using Bench.Cli.SelfMeasure;

namespace Bench.Fixtures.Tests.Summaries;

public class CollectMeasurementTests
{
    [Fact]
    public void Every_step_is_measured_on_all_records()
    {
        var result = new CollectMeasurement { Records = 300, Rounds = 1 }.Run(TestContext.Current.CancellationToken);

        Assert.Equal(300, result.Records);
        Assert.InRange(result.BytesPerRecord, 1000, 10_000);
        Assert.Equal(["collect", "summarize", "finalize"], result.Steps.Select(step => step.Step));
        Assert.All(result.Steps, step => Assert.True(step.RecordsPerSecond > 0 && step.MegabytesWritten > 0));
    }
}
