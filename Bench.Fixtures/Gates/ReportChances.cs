using Bench.Fixtures.Records;
using Bench.Fixtures.Statistics;

namespace Bench.Fixtures.Gates;

/// <summary>What the least success rate is worth with as many jobs as a lane had, its jobs taken as independent.</summary>
public sealed record ReportChances
{
    // As far below the least rate as a lane is that nobody would want to have passed.
    private const double Gap = 0.2;

    /// <summary>Jobs that have to pass.</summary>
    public required int LeastPassed { get; init; }

    /// <summary>The chance that a lane passes whose true rate is the least rate.</summary>
    public required double AtRate { get; init; }

    /// <summary>A worse true rate: 20 percentage points below the least one, or half of it where that is less than 20.</summary>
    public required double WorseRate { get; init; }

    /// <summary>The chance that a lane passes whose true rate is <see cref="WorseRate"/>.</summary>
    public required double AtWorseRate { get; init; }

    /// <summary>The chances; null without a job.</summary>
    internal static ReportChances? Of(int n, double minRate)
    {
        var worse = minRate > Gap ? Rounding.To(minRate - Gap, 12) : minRate / 2;
        return n == 0
            ? null
            : new ReportChances
            {
                LeastPassed = GateChance.LeastPassed(n, minRate),
                AtRate = Rounding.Share(GateChance.ToPass(minRate, n, minRate)),
                WorseRate = worse,
                AtWorseRate = Rounding.Share(GateChance.ToPass(worse, n, minRate)),
            };
    }
}
