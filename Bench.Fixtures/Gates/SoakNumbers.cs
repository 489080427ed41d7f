using System.Globalization;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures.Gates;

/// <summary>Spells what a soak's Markdown and console say alike.</summary>
internal static class SoakNumbers
{
    /// <summary>e.g. <c>100.0%</c>; <c>-</c> when nobody knows.</summary>
    public static string Percent(double? share) => SummaryNumbers.Percent(share);

    /// <summary>e.g. <c>≤ 52.8 % at 95 % (n=4)</c>, <c>≤ 22.1 % of this mixture at 95 % (n=12)</c> where several lanes are in it, or <c>nothing proven</c>.</summary>
    public static string Bound(SoakProof proof) => proof.FailureRateUpperBound95 is { } bound
        ? string.Create(CultureInfo.InvariantCulture, $"≤ {Percentage.UpTo(bound, 1)} %{(proof.IsOfMixture ? " of this mixture" : "")} at 95 % (n={proof.N})")
        : "nothing proven";

    /// <summary>The words of caution that belong to every verdict.</summary>
    public static IEnumerable<string> Cautions(SoakReport report)
    {
        var chances = report.ProviderSummary.Select(entry => $"{entry.Key} {Percentage.Of(entry.Value.Proof.ChanceToPassAt5Percent, 0)} %");
        yield return $"A provider that fails 5 % of its jobs passes its part of this soak with a chance of: {string.Join(", ", chances)}. More jobs per round or more rounds prove more.";
        if (report.MaxRounds > report.RoundsRequired)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Up to {Counted.Of(report.MaxRounds, "round")} were allowed ({report.RoundsTried} tried): bound and chance count them all.");
        }

        if (report.DryRun)
        {
            yield return "This was a dry run: nothing was asked, the jobs are made up, and it proves nothing.";
        }
        else if (report.Dispatcher is { } dispatcher)
        {
            yield return $"The jobs were run by '{dispatcher}': which model answered is its word, and no gateway saw it.";
        }
        else if (report.Profile != "live")
        {
            yield return $"The profile was '{report.Profile}': what is proven is of the agents and of Bench, not of a provider's model.";
        }
    }

    /// <summary>e.g. <c>(success)</c> of the original: the outcome of a job in one word, its reason where it is no success.</summary>
    public static string Outcome(SoakJob job) => job.Success ? job.OutcomeState + Retried(job) : job.ReasonCode ?? job.OutcomeState;

    private static string Retried(SoakJob job) => job.Retries == 0 ? "" : $", {Counted.Of(job.Retries, "retry")}";
}
