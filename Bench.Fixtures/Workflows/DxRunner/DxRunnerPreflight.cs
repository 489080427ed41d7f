using Bench.Fixtures.Failures;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Workflows.DxRunner;

/// <summary>Asks a dx-runner whether providers are ready: every one, not OpenCode alone as the original did.</summary>
public static class DxRunnerPreflight
{
    /// <summary>The providers that are not ready, with why; empty when all are.</summary>
    /// <param name="runner">The dx-runner.</param>
    /// <param name="providers">Their names; each is asked once.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public static async Task<IReadOnlyDictionary<string, Failure>> CheckAsync(DxRunnerCli runner, IEnumerable<string> providers, CancellationToken cancellationToken)
    {
        var refused = new Dictionary<string, Failure>();
        foreach (var provider in providers.Distinct())
        {
            if (await AskAsync(runner, provider, cancellationToken) is { } failure)
            {
                refused[provider] = failure with { Evidence = $"'{provider}' is not ready: {failure.Evidence}" };
            }
        }

        return refused;
    }

    private static async Task<Failure?> AskAsync(DxRunnerCli runner, string provider, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await runner.RunAsync(cancellationToken, "preflight", "--provider", provider);
            return reply.ExitCode == 0 ? null : DxRunnerFailures.OfPreflight(reply);
        }
        catch (Exception problem) when (problem is ProcessStartException or TimeoutException)
        {
            return FailureClassifier.Classify(new AttemptEvidence { ModelAsked = "", Exception = problem });
        }
    }
}
