using System.Globalization;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Workflows;

/// <summary>What was odd and did not decide.</summary>
public sealed partial class OutcomeBuilder
{
    /// <summary>The incident of an attempt in which a text was no Unicode.</summary>
    internal const string MendedText = "text_mended";

    private static readonly string[] CutReasons = ["length", "max_tokens", "max_output_tokens"];

    private static IEnumerable<Incident> IncidentsOf(AttemptFacts facts, bool completed) =>
    [
        .. facts.Reading.Incidents,
        .. facts.Incidents,
        .. OfRetries(facts),
        .. OfExit(facts, completed),
        .. OfRequests(facts),
        .. OfReading(facts, completed),
        .. OfTexts(facts.Requests?.Count(r => r.WasMended) ?? 0, facts.Reading.MendedTexts),
    ];

    private static IEnumerable<Incident> OfRetries(AttemptFacts facts)
    {
        if (facts.RetriesExhausted)
        {
            yield return new Incident("agent_retries_ended", "The agent was stopped because it would not stop repeating failed model requests (AgentRetries bounds how often it may), or was asked to wait longer than its limit.");
        }
    }

    private static IEnumerable<Incident> OfExit(AttemptFacts facts, bool completed)
    {
        if (facts.Exit is not { } exit)
        {
            yield break;
        }

        if (completed && !exit.WasStopped && exit.ExitCode != 0)
        {
            yield return new Incident("nonzero_exit_after_answer", $"After its answer the agent ended with {Ending(exit)}.");
        }

        if (facts.Reading is { TerminalAt: not null, TerminalIsSuccess: false } && exit.ExitCode == 0)
        {
            yield return new Incident("zero_exit_on_error", $"The agent reported '{facts.Reading.ErrorName}' and ended with exit code 0.");
        }

        if (exit.PipeHeldByDescendant)
        {
            yield return new Incident("pipe_held_by_descendant", "A descendant outlived the agent and held its output open; what it printed later was not read.");
        }

        if (exit.DescendantsKilled > 0)
        {
            yield return new Incident("descendants_killed", string.Create(CultureInfo.InvariantCulture, $"{exit.DescendantsKilled} descendants outlived the agent and were killed."));
        }
    }

    /// <summary>A failed request with a later one behind it: the agent went on by itself.</summary>
    private static IEnumerable<Incident> OfRequests(AttemptFacts facts)
    {
        var own = facts.OwnRequests;
        var repeated = own.Take(Math.Max(0, own.Count - 1)).Where(AttemptFacts.IsFailed).ToList();
        if (facts.UnattributedRequests > 0)
        {
            yield return new Incident("unattributed_requests", string.Create(
                CultureInfo.InvariantCulture, $"In the attempt's time {facts.UnattributedRequests} model requests at the gateway named no session of an attempt."));
        }

        if (repeated.Count == 0)
        {
            yield break;
        }

        var codes = string.Join(", ", repeated.Select(CodeOf).Distinct());
        if (!facts.Reading.Incidents.Any(i => i.Code == "agent_retried"))
        {
            yield return new Incident("agent_retried", string.Create(CultureInfo.InvariantCulture, $"The agent went on after {repeated.Count} failed model requests: {codes}."));
        }

        if (repeated.Exists(r => r.FirstTokenTimestamp is not null))
        {
            yield return new Incident("answer_may_repeat", $"A model answer broke off after its first token ({codes}) and was asked for again: its beginning may stand in the output twice.");
        }
    }

    private static IEnumerable<Incident> OfReading(AttemptFacts facts, bool completed)
    {
        if (facts.Reading is { TerminalAt: not null, ParserProblem: { } problem })
        {
            yield return new Incident("unreadable_output", problem);
        }

        if (completed && FinishReasonOf(facts) is { } reason && CutReasons.Contains(reason.ToLowerInvariant()))
        {
            yield return new Incident("answer_truncated", $"The model stopped at its output limit ('{reason}'): the answer is cut.");
        }
    }

    /// <summary>Agents that cut a text in the middle of a character hand on half of it.</summary>
    internal static IEnumerable<Incident> OfTexts(int requests, int texts)
    {
        if (requests > 0 || texts > 0)
        {
            yield return new Incident(MendedText, string.Create(
                CultureInfo.InvariantCulture,
                $"Texts that are no Unicode (bytes that are no UTF-8, or half a surrogate pair) came in {requests} model requests and {texts} of the agent's lines, events or answers: U+FFFD stands in their place."));
        }
    }

    private static string CodeOf(GatewayRequest request) =>
        request.Error ?? string.Create(CultureInfo.InvariantCulture, $"http_{request.Status}");

    private static string Ending(ProcessExit exit) => exit.ExitCode is { } code
        ? string.Create(CultureInfo.InvariantCulture, $"exit code {code}")
        : string.Create(CultureInfo.InvariantCulture, $"signal {exit.Signal}");
}
