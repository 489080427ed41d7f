using System.IO.Enumeration;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Gateway.Faults;

/// <summary>Which model requests fail, and how.</summary>
public sealed record FaultRule
{
    /// <summary>What the rule is called, unique in its plan; part of what the chance is drawn from.</summary>
    public required string Id { get; init; }

    /// <summary>How they fail: an id of <see cref="FaultCatalog"/>.</summary>
    public required string Fault { get; init; }

    /// <summary>The jobs, as a pattern with <c>*</c> and <c>?</c>. Default: all.</summary>
    public string Job { get; init; } = "*";

    /// <summary>The requests of such a job. Default: all.</summary>
    public RequestNumbers Requests { get; init; } = RequestNumbers.All;

    /// <summary>The share of these requests that fail, over 0 and at most 1, drawn from seed, rule, job and request number. Default: 1.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>How long the provider asks to wait; used by <c>status_429_retry_after</c>. Default: 2 s.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a stall lasts, or the pause between two tokens of <c>slow_drip</c>; null stalls for ever, and drips every 200 ms.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>Tokens of the answer that come before a streamed answer breaks; null is half of them.</summary>
    public int? AfterTokens { get; init; }

    /// <summary>The rule that lets every request of a job fail alike.</summary>
    public static FaultRule EveryRequest(string fault) => new() { Id = fault, Fault = fault };

    /// <summary>No request of the job escapes it.</summary>
    public bool IsCertainFor(string jobId) => Concerns(jobId) && Requests.IsAll && Probability >= 1;

    /// <summary>Whether it is about this job.</summary>
    public bool Concerns(string jobId) => FileSystemName.MatchesSimpleExpression(Job, jobId, ignoreCase: false);
}

/// <summary>The faults of a run, by rule. See docs/formats/fault-plan.md.</summary>
public sealed record FaultPlan
{
    /// <summary>The file format's version.</summary>
    public const int CurrentSchemaVersion = 1;

    /// <summary>Seed of the chances; null is the run's.</summary>
    public int? Seed { get; init; }

    /// <summary>The rules; the first that fits a request decides.</summary>
    public required IReadOnlyList<FaultRule> Rules { get; init; }
}
