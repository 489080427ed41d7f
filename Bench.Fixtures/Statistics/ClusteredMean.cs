namespace Bench.Fixtures.Statistics;

/// <summary>A mean over repeated attempts at the same prompts.</summary>
/// <param name="Value">Mean of all scores.</param>
/// <param name="StandardError">Clustered standard error; null with fewer than two clusters.</param>
/// <param name="Interval">Interval with clusters − 1 degrees of freedom; null with fewer than two clusters.</param>
/// <param name="N">Number of scores.</param>
/// <param name="Clusters">Number of clusters.</param>
public readonly record struct ClusteredEstimate(double Value, double? StandardError, Interval? Interval, int N, int Clusters);

/// <summary>
/// The mean of scores that come in clusters, such as several trials of a prompt, which are not independent of each other.
/// With the residuals summed up within each of G clusters, <c>SE² = G/(G − 1) · 1/n² · Σ (Σ (sᵢ − mean))²</c>; the interval is
/// <c>mean ± t(G − 1) · SE</c>. With one score per cluster it is Student's interval.
/// Source: Miller, "Adding error bars to evals", section 2.2, https://arxiv.org/abs/2411.00640.
/// </summary>
public static class ClusteredMean
{
    /// <summary>The mean. n = 0: null; one cluster: without standard error.</summary>
    /// <param name="scores">Each score with the cluster that it belongs to, e.g. the prompt.</param>
    /// <param name="level">Confidence level.</param>
    /// <typeparam name="TCluster">What names a cluster.</typeparam>
    /// <exception cref="ArgumentException">A score is not finite.</exception>
    public static ClusteredEstimate? Of<TCluster>(IReadOnlyCollection<(TCluster Cluster, double Score)> scores, double level = Confidence.Default)
        where TCluster : notnull
    {
        if (scores.Count == 0)
        {
            return null;
        }

        var mean = Moments.Mean([.. scores.Select(s => s.Score)]);
        double[] residuals = [.. scores.GroupBy(s => s.Cluster, s => s.Score - mean).Select(g => g.Sum())];
        var clusters = residuals.Length;
        if (clusters < 2)
        {
            return new ClusteredEstimate(mean, null, null, scores.Count, clusters);
        }

        var error = Math.Sqrt((double)clusters / (clusters - 1) * residuals.Sum(r => r * r)) / scores.Count;
        var half = Confidence.Student(level, clusters - 1) * error;
        return new ClusteredEstimate(mean, error, new Interval(mean - half, mean + half), scores.Count, clusters);
    }
}
