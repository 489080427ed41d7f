using Bench.Fixtures;
using Xunit;

namespace Bench.Tests;

/// <summary>The soak's own rows, each round and the gate; there are none in a run that is no soak (runsettings/soak.runsettings).</summary>
public sealed class SoakTests(BenchRunFixture bench)
{
    /// <summary>A round is clean, or the gate is passed.</summary>
    [Theory]
    [MemberData(nameof(BenchRows.Soak), MemberType = typeof(BenchRows))]
    public Task Soak(string part, int round) => bench.SoakAsync(part, round);
}
