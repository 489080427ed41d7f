using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Bench.Fixtures.Statistics;

/// <summary>What an analysis of variance over trials found.</summary>
/// <param name="F">Variance between trials ÷ variance within them, prompts taken out; infinite when nothing varies within them.</param>
/// <param name="P">The chance of such an F, or a greater one, when all trials are alike.</param>
/// <param name="Between">Degrees of freedom of the trials.</param>
/// <param name="Within">Degrees of freedom of what is left.</param>
public readonly record struct DriftEstimate(double F, double P, int Between, int Within);

/// <summary>
/// Whether a lane's trials differ by more than chance, as when a machine, a cache or a provider gets faster or slower during a run: the analysis of
/// variance over trials, after the prompts' own levels are taken out. Without that the prompts' differences, which are the same in every trial, would
/// hide any drift. Values may be missing: trials are adjusted for the prompts that they have.
/// Source: Searle, "Linear Models for Unbalanced Data", chapter 4 (two-way crossed, no interaction), ISBN 0-471-84096-3.
/// </summary>
public static class TrialDrift
{
    private const double Negligible = 1e-12;

    /// <summary>
    /// The analysis; of latencies hand in the logarithms. Null when there are fewer than two trials that share prompts, or no degree of freedom is left
    /// within them (one prompt, one value per trial). Equal values: p = 1.
    /// </summary>
    /// <param name="values">Each value with its prompt and its trial, in any order.</param>
    /// <typeparam name="TPrompt">What names a prompt.</typeparam>
    /// <exception cref="ArgumentException">A value is not finite.</exception>
    public static DriftEstimate? Of<TPrompt>(IReadOnlyCollection<(TPrompt Prompt, int Trial, double Value)> values)
        where TPrompt : notnull
    {
        foreach (var (_, _, value) in values)
        {
            Observed.Check(value);
        }

        int[] trials = [.. values.Select(value => value.Trial).Distinct().Order()];
        if (trials.Length < 2)
        {
            return null;
        }

        // Every prompt is a block: its mean goes out of its values and, in proportion, out of the trials' counts.
        var counts = Matrix<double>.Build.Dense(trials.Length, trials.Length);
        var sums = Vector<double>.Build.Dense(trials.Length);
        var (left, scale, prompts) = (0.0, 0.0, 0);
        foreach (var block in values.GroupBy(value => value.Prompt))
        {
            prompts++;
            Take([.. block.Select(value => (Array.BinarySearch(trials, value.Trial), value.Value))], counts, sums, ref left, ref scale);
        }

        var (explained, between) = Explained(counts, sums);
        var within = values.Count - prompts - between;
        if (between == 0 || within < 1)
        {
            return null;
        }

        return Test(explained, left - explained, Negligible * scale, between, within);
    }

    private static void Take(IReadOnlyList<(int Trial, double Value)> block, Matrix<double> counts, Vector<double> sums, ref double left, ref double scale)
    {
        var mean = Moments.Mean([.. block.Select(value => value.Value)]);
        foreach (var (trial, value) in block)
        {
            sums[trial] += value - mean;
            left += (value - mean) * (value - mean);
            scale += value * value;
            counts[trial, trial] += 1;
            foreach (var (other, _) in block)
            {
                counts[trial, other] -= 1.0 / block.Count;
            }
        }
    }

    // Trials that share no prompt cannot be told from the prompts: such directions have no weight.
    private static (double Sum, int Degrees) Explained(Matrix<double> counts, Vector<double> sums)
    {
        var parts = counts.Evd(Symmetricity.Symmetric);
        var weights = parts.EigenValues.Select(value => value.Real).ToList();
        var places = Enumerable.Range(0, weights.Count).Where(place => weights[place] > Negligible * weights.Max()).ToList();
        return (places.Sum(place => Math.Pow(parts.EigenVectors.Column(place).DotProduct(sums), 2) / weights[place]), places.Count);
    }

    private static DriftEstimate Test(double explained, double left, double negligible, int between, int within)
    {
        if (explained <= negligible)
        {
            return new DriftEstimate(0, 1, between, within);
        }

        if (left <= negligible)
        {
            return new DriftEstimate(double.PositiveInfinity, 0, between, within);
        }

        var f = explained / between / (left / within);
        return new DriftEstimate(f, SpecialFunctions.BetaRegularized(within / 2.0, between / 2.0, within / (within + between * f)), between, within);
    }
}
