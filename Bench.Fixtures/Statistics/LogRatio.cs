namespace Bench.Fixtures.Statistics;

/// <summary>
/// How many times slower one lane is than another on the same prompts: the geometric mean of the paired ratios, with Student's interval on
/// their logarithms, <c>exp(mean ± t(n − 1) · s/√n)</c>. Ratios suit latencies, which are skewed and never negative.
/// Source: Fleming, Wallace, "How not to lie with statistics", CACM 29 (1986), https://doi.org/10.1145/5666.5673.
/// </summary>
public static class LogRatio
{
    /// <summary>First divided by second. n = 0: null; n = 1: the ratio without interval.</summary>
    /// <param name="first">Positive values.</param>
    /// <param name="second">Positive values of the same prompts and trials in the same order.</param>
    /// <param name="level">Confidence level.</param>
    /// <exception cref="ArgumentException">The lists differ in length, or a value is not positive and finite.</exception>
    public static Estimate? Of(ReadOnlySpan<double> first, ReadOnlySpan<double> second, double level = Confidence.Default)
    {
        Pairs.Check(first.Length, second.Length);
        var logs = new double[first.Length];
        for (var i = 0; i < logs.Length; i++)
        {
            logs[i] = Math.Log(Positive(first[i])) - Math.Log(Positive(second[i]));
        }

        return StudentMean.Of(logs, level) is { } mean
            ? new Estimate(Math.Exp(mean.Value), mean.Interval is var (low, high) ? new Interval(Math.Exp(low), Math.Exp(high)) : null, mean.N)
            : null;
    }

    private static double Positive(double value) => value > 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentException(FormattableString.Invariant($"'{value}' has no logarithm: ratios need positive values. Leave the pair out."));
}
