using Bench.Fixtures;
using Xunit;

namespace Bench.Tests;

/// <summary>The benchmark: every prompt through every workflow.</summary>
public sealed class BenchmarkTests(BenchRunFixture bench)
{
    /// <summary>One job: a prompt through a workflow.</summary>
    [Theory]
    [MemberData(nameof(BenchRows.All), MemberType = typeof(BenchRows))]
    public Task Job(string workflow, string prompt, int trial) => bench.RunAsync(workflow, prompt, trial);
}
