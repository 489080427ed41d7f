namespace Bench.Fixtures.Statistics;

/// <summary>The outcomes of two lanes on the same prompts and trials; no count is negative or above 500 million.</summary>
/// <param name="Both">Pairs in which both succeeded.</param>
/// <param name="OnlyFirst">Pairs in which only the first lane succeeded.</param>
/// <param name="OnlySecond">Pairs in which only the second lane succeeded.</param>
/// <param name="Neither">Pairs in which neither succeeded.</param>
public readonly record struct PairedCounts(int Both, int OnlyFirst, int OnlySecond, int Neither)
{
    /// <summary>Pairs in which both succeeded.</summary>
    public int Both { get; init => field = Counted(value); } = Counted(Both);

    /// <summary>Pairs in which only the first lane succeeded.</summary>
    public int OnlyFirst { get; init => field = Counted(value); } = Counted(OnlyFirst);

    /// <summary>Pairs in which only the second lane succeeded.</summary>
    public int OnlySecond { get; init => field = Counted(value); } = Counted(OnlySecond);

    /// <summary>Pairs in which neither succeeded.</summary>
    public int Neither { get; init => field = Counted(value); } = Counted(Neither);

    /// <summary>Number of pairs.</summary>
    public int N => Both + OnlyFirst + OnlySecond + Neither;

    /// <summary>First success rate minus the second; null without a pair.</summary>
    public double? Difference => N == 0 ? null : (double)(OnlyFirst - OnlySecond) / N;

    /// <summary>Variance of one pair's difference, <c>(OnlyFirst + OnlySecond)/n − Difference²</c>; null without a pair.</summary>
    public double? VarianceOfDifference => Difference is { } difference ? (double)(OnlyFirst + OnlySecond) / N - difference * difference : null;

    // So many that four of them can be added up.
    private static int Counted(int pairs) => pairs is >= 0 and <= 500_000_000
        ? pairs
        : throw new ArgumentOutOfRangeException(nameof(pairs), pairs, "Pairs are counted from 0 to 500 million.");
}
