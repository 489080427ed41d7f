namespace Bench.Fixtures.Statistics;

/// <summary>
/// The chance that of k further attempts at a prompt any succeeds (pass@k) or all succeed (pass^k), from c successes in n attempts, unbiased.
/// Sources: pass@k: Chen et al. 2021, https://arxiv.org/abs/2107.03374; pass^k: tau-bench, https://arxiv.org/abs/2406.12045.
/// </summary>
public static class PassAtK
{
    /// <summary><c>1 − C(n − c, k)/C(n, k)</c>; null when k is greater than n, since fewer attempts cannot tell.</summary>
    /// <param name="n">Attempts.</param>
    /// <param name="c">Successes among them.</param>
    /// <param name="k">Attempts to come, at least 1.</param>
    public static double? Any(int n, int c, int k) => Draw(n, n - c, k) is { } none ? 1 - none : null;

    /// <summary><c>C(c, k)/C(n, k)</c>; null when k is greater than n, since fewer attempts cannot tell.</summary>
    /// <param name="n">Attempts.</param>
    /// <param name="c">Successes among them.</param>
    /// <param name="k">Attempts to come, at least 1.</param>
    public static double? All(int n, int c, int k) => Draw(n, c, k);

    /// <summary>The chance that k drawn without putting back all come from a kind of which there are m among n.</summary>
    private static double? Draw(int n, int m, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(m);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(m, n);
        if (k > n)
        {
            return null;
        }

        var chance = 1.0;
        for (var i = 0; i < k && m - i >= 0; i++)
        {
            chance *= (double)(m - i) / (n - i);
        }

        return chance;
    }
}
