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

        var trials = values.Select(value => value.Trial).Distinct().Count();
        var prompts = values.Select(value => value.Prompt).Distinct().Count();
        if (trials < 2)
        {
            return null;
        }

        // Either factor may be the blocks whose means go out, and what both leave is the same: the equations are those of the fewer levels.
        var (left, scale) = WithinBlocks(values.GroupBy(value => value.Prompt, value => value.Value));
        var (unexplained, rank) = trials <= prompts
            ? OfBoth(values, value => value.Prompt, value => value.Trial)
            : OfBoth(values, value => value.Trial, value => value.Prompt);
        var (between, within) = (rank - prompts, values.Count - rank);
        return between == 0 || within < 1 ? null : Test(left - unexplained, unexplained, Negligible * scale, between, within);
    }

    private static (double Left, double Scale) WithinBlocks<TKey>(IEnumerable<IGrouping<TKey, double>> blocks)
    {
        var (left, scale) = (0.0, 0.0);
        foreach (var block in blocks)
        {
            var mean = Moments.Mean([.. block]);
            left += block.Sum(value => (value - mean) * (value - mean));
            scale += block.Sum(value => value * value);
        }

        return (left, scale);
    }

    /// <summary>What prompts and trials together leave unexplained, and how many of their levels are independent.</summary>
    private static (double Unexplained, int Rank) OfBoth<TPrompt, TBlock, TLevel>(
        IReadOnlyCollection<(TPrompt Prompt, int Trial, double Value)> values,
        Func<(TPrompt Prompt, int Trial, double Value), TBlock> blockOf,
        Func<(TPrompt Prompt, int Trial, double Value), TLevel> levelOf)
        where TLevel : notnull
    {
        var levels = values.Select(levelOf).Distinct().Select((level, place) => (level, place)).ToDictionary(entry => entry.level, entry => entry.place);

        // A block's mean goes out of its values and, in proportion, out of the levels' counts.
        var counts = Matrix<double>.Build.Dense(levels.Count, levels.Count);
        var sums = Vector<double>.Build.Dense(levels.Count);
        var (left, blocks) = (0.0, 0);
        foreach (var block in values.GroupBy(blockOf))
        {
            blocks++;
            left += Take([.. block.Select(value => (levels[levelOf(value)], value.Value))], counts, sums);
        }

        var (explained, degrees) = Explained(counts, sums);
        return (Math.Max(0, left - explained), blocks + degrees);
    }

    private static double Take(IReadOnlyList<(int Level, double Value)> block, Matrix<double> counts, Vector<double> sums)
    {
        var mean = Moments.Mean([.. block.Select(value => value.Value)]);
        var left = 0.0;
        foreach (var (level, value) in block)
        {
            sums[level] += value - mean;
            left += (value - mean) * (value - mean);
            counts[level, level] += 1;
            foreach (var (other, _) in block)
            {
                counts[level, other] -= 1.0 / block.Count;
            }
        }

        return left;
    }

    // Levels that share no block cannot be told from the blocks: such directions have no weight.
    private static (double Sum, int Degrees) Explained(Matrix<double> counts, Vector<double> sums)
    {
        var parts = counts.Evd(Symmetricity.Symmetric);
        var weights = parts.EigenValues.Select(value => value.Real).ToList();
        var least = Negligible * weights.Max();
        var places = Enumerable.Range(0, weights.Count).Where(place => weights[place] > least).ToList();
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
