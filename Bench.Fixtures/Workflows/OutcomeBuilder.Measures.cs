using Bench.Fixtures.Agents;
using Bench.Fixtures.Gateway;

namespace Bench.Fixtures.Workflows;

/// <summary>The measures: instants, model time, tokens, the model that answered.</summary>
public sealed partial class OutcomeBuilder
{
    private AttemptTimeline TimelineOf(AttemptFacts facts)
    {
        var reading = facts.Reading;
        var spawned = facts.SpawnedAt ?? facts.Exit?.StartTimestamp;
        var exit = facts.Exit;
        return new AttemptTimeline
        {
            Spawned = SinceStart(facts, spawned),
            Ready = SinceStart(facts, facts.ReadyAt ?? facts.RequestsInTime?.Min(r => (long?)r.StartTimestamp) ?? reading.FirstEventAt),
            Submitted = SinceStart(facts, facts.SubmittedAt ?? spawned),
            FirstOutput = SinceStart(facts, reading.FirstOutputAt),
            LastOutput = SinceStart(facts, reading.LastOutputAt),

            // A process that Bench stopped did not complete: its latency is at least the time until it was stopped.
            Completed = SinceStart(facts, reading.TerminalAt ?? (exit is { WasStopped: false } ? exit.ExitTimestamp : null)),
            Exited = SinceStart(facts, facts.ExitedAt ?? exit?.ExitTimestamp),
            ModelFirstToken = SinceStart(facts, facts.InTime(facts.OwnRequests.Min(r => r.FirstTokenTimestamp))),
            CutOff = SinceStart(facts, facts.CutAt),
        };
    }

    private TimeSpan? SinceStart(AttemptFacts facts, long? timestamp) =>
        timestamp is null ? null : clock.GetElapsedTime(facts.StartTimestamp, timestamp.Value);

    /// <summary>Time during which at least one of the requests was open.</summary>
    private TimeSpan UnionOf(IEnumerable<GatewayRequest> requests, long end)
    {
        var total = TimeSpan.Zero;
        var covered = long.MinValue;
        foreach (var request in requests.OrderBy(r => r.StartTimestamp))
        {
            var from = Math.Max(request.StartTimestamp, covered);
            var to = request.EndTimestamp ?? Math.Max(end, request.StartTimestamp);
            if (to > from)
            {
                total += clock.GetElapsedTime(from, to);
                covered = to;
            }
        }

        return total;
    }

    /// <summary>
    /// Sums over all requests that may have used any, hidden ones included, since all of them cost; a number that no request has comes from the lane.
    /// Where a gateway saw that no such request was made, none were used.
    /// </summary>
    private static TokenUsage TokensOf(AttemptFacts facts)
    {
        var asked = facts.Requests?.Where(AttemptFacts.MayHaveUsedTokens).ToList();
        var tokens = TokenUsage.SumOf((asked ?? []).Select(TokensOf)).Or(facts.Reading.Tokens);
        return asked is { Count: 0 } ? tokens.Or(TokenUsage.None) : tokens;
    }

    /// <summary>An answer that broke off was counted up to there at best.</summary>
    private static TokenUsage TokensOf(GatewayRequest request) => new()
    {
        Input = request.InputTokens,
        Output = request.OutputTokens,
        Cached = request.CachedTokens,
        Reasoning = request.ReasoningTokens,
        AtLeast = request.Error is null && request.EndTimestamp is not null ? TokenCounts.None : TokenCounts.Output | TokenCounts.Reasoning,
    };

    /// <summary>
    /// The model that answered: the first one, of gateway and lane, that is not the one asked for; else the one asked for as the API spells it.
    /// Null where a gateway saw that none answered: what the lane then names is the model that it would have asked.
    /// </summary>
    private static string? ModelSelected(AttemptFacts facts)
    {
        var answered = facts.OwnRequests.Where(AttemptFacts.IsAnswered).ToList();
        if (facts.Requests is not null && answered.Count == 0)
        {
            return null;
        }

        var named = answered.Select(r => r.ModelAnswered).Append(facts.Reading.Model).OfType<string>().Where(n => !string.IsNullOrWhiteSpace(n)).ToList();
        return named.Find(n => !ModelNames.AreSame(facts.BareModel, n)) ?? named.FirstOrDefault();
    }

    private static string? FinishReasonOf(AttemptFacts facts) =>
        facts.Reading.FinishReason ?? facts.OwnRequests.LastOrDefault(AttemptFacts.IsAnswered)?.FinishReason;
}
