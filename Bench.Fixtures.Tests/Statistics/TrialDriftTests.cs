using Bench.Fixtures.Statistics;

namespace Bench.Fixtures.Tests.Statistics;

public sealed class TrialDriftTests
{
    // Box, Hunter, Hunter, "Statistics for Experimenters", table 4.4 (penicillin yield): 5 blends as blocks, 4 treatments.
    // Treatments: mean squares 23.33 on 3 degrees, residual 18.83 on 12, F = 1.24.
    private static readonly double[][] Penicillin = [[89, 88, 97, 94], [84, 77, 92, 79], [81, 87, 87, 85], [87, 92, 89, 84], [79, 81, 80, 88]];

    [Fact]
    public void The_analysis_of_a_textbooks_table_is_the_published_one()
    {
        var drift = TrialDrift.Of(Values(Penicillin))!.Value;

        Assert.Equal((3, 12), (drift.Between, drift.Within));
        Assert.Equal(70.0 / 3 / (226.0 / 12), drift.F, 9);
        Assert.Equal(0.3387, drift.P, 4);
    }

    [Fact]
    public void The_prompts_own_levels_do_not_hide_a_drift()
    {
        // The trials' means of one lane: 4.4, 2.7, 2.2 s; its prompts take from half of that to four times as long.
        double[] trials = [4.4, 2.7, 2.2];
        double[] prompts = [0.5, 1, 1.5, 2, 4];
        double[][] noise = [[1.05, 0.97, 1.02], [0.94, 1.1, 1], [1.02, 0.96, 1.08], [0.98, 1, 0.93], [1.07, 0.99, 1.04]];
        double[][] seconds = [.. prompts.Select((prompt, p) => trials.Select((trial, t) => Math.Log(prompt * trial * noise[p][t])).ToArray())];

        Assert.True(TrialDrift.Of(Values(seconds))!.Value.P < 1e-5);
        Assert.True(TrialDrift.Of(Values([.. seconds.Select(row => row.Order().Select((_, t) => row[(t + 1) % 3] - Math.Log(trials[(t + 1) % 3])).ToArray())]))!.Value.P > 0.05);
    }

    [Fact]
    public void Trials_that_are_alike_are_called_different_as_seldom_as_the_level_says()
    {
        var random = new Random(5);
        var alarms = 0;
        const int rounds = 4000;
        for (var round = 0; round < rounds; round++)
        {
            // One value in six is missing, as when a job failed.
            var values = Enumerable.Range(0, 5).SelectMany(prompt => Enumerable.Range(1, 4).Select(trial => (prompt, trial, prompt + Normal(random))))
                .Where(_ => random.Next(6) > 0)
                .ToList();
            alarms += TrialDrift.Of(values) is { P: < 0.05 } ? 1 : 0;
        }

        Assert.InRange((double)alarms / rounds, 0.038, 0.062);
    }

    [Fact]
    public void A_missing_value_leaves_its_prompts_others_in()
    {
        // By hand: b's missing third trial leaves x = (0, 1), (0, 1), (0, 1, 5): prompts' residual sum of squares 0.5 + 0.5 + 14, of which
        // trials 2 and 3 explain all.
        var drift = TrialDrift.Of([("a", 1, 10.0), ("a", 2, 11.0), ("b", 1, 20.0), ("b", 2, 21.0), ("c", 1, 0.0), ("c", 2, 1.0), ("c", 3, 5.0)])!.Value;

        Assert.Equal((double.PositiveInfinity, 0.0, 2, 2), (drift.F, drift.P, drift.Between, drift.Within));
    }

    [Fact]
    public void Drift_at_its_ends()
    {
        Assert.Null(TrialDrift.Of(Array.Empty<(string, int, double)>()));
        Assert.Null(TrialDrift.Of([("a", 1, 1.0), ("b", 1, 2.0)]));
        Assert.Null(TrialDrift.Of([("a", 1, 1.0), ("a", 2, 2.0)]));
        Assert.Null(TrialDrift.Of([("a", 1, 1.0), ("b", 2, 2.0), ("c", 1, 3.0)]));
        Assert.Equal(1, TrialDrift.Of([("a", 1, 7.0), ("a", 2, 7.0), ("b", 1, 9.0), ("b", 2, 9.0)])!.Value.P);
    }

    [Fact]
    public void The_order_of_the_values_does_not_matter()
    {
        var values = Values(Penicillin);
        var there = TrialDrift.Of(values)!.Value;
        var back = TrialDrift.Of([.. values.Reverse()])!.Value;

        Assert.Equal(there.F, back.F, 12);
        Assert.Equal(there.P, back.P, 12);
    }

    private static (string Prompt, int Trial, double Value)[] Values(double[][] rows) =>
        [.. rows.SelectMany((row, prompt) => row.Select((value, trial) => ($"p{prompt}", trial + 1, value)))];

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
