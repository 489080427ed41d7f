namespace Bench.Fixtures.Statistics;

/// <summary>The outcomes of two lanes on the same prompts and trials.</summary>
/// <param name="Both">Pairs in which both succeeded.</param>
/// <param name="OnlyFirst">Pairs in which only the first lane succeeded.</param>
/// <param name="OnlySecond">Pairs in which only the second lane succeeded.</param>
/// <param name="Neither">Pairs in which neither succeeded.</param>
public readonly record struct PairedCounts(int Both, int OnlyFirst, int OnlySecond, int Neither)
{
    /// <summary>Number of pairs.</summary>
    public int N => Both + OnlyFirst + OnlySecond + Neither;

    /// <summary>First success rate minus the second; null without a pair.</summary>
    public double? Difference => N == 0 ? null : (double)(OnlyFirst - OnlySecond) / N;

    /// <summary>Variance of one pair's difference, <c>(OnlyFirst + OnlySecond)/n − Difference²</c>; null without a pair.</summary>
    public double? VarianceOfDifference => Difference is { } difference ? (double)(OnlyFirst + OnlySecond) / N - difference * difference : null;
}
