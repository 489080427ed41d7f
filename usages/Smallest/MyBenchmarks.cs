using Bench.Fixtures;
using Xunit;

namespace Smallest;

public sealed class MyBenchmarks(BenchRunFixture bench)
{
    [Theory]
    [MemberData(nameof(BenchRows.All), MemberType = typeof(BenchRows))]
    public Task Job(string workflow, string prompt, int trial) => bench.RunAsync(workflow, prompt, trial);
}
