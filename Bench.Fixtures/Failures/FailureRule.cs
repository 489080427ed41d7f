namespace Bench.Fixtures.Failures;

/// <summary>One classification rule: a sign, and the failure that it means.</summary>
public sealed record FailureRule
{
    internal FailureRule()
    {
    }

    /// <summary>The rule's permanent id, <c>group.name</c>; it stands in every record that the rule decided.</summary>
    public required string Id { get; init; }

    /// <summary>Who is to blame.</summary>
    public required FailureCategory Category { get; init; }

    /// <summary>The reason code; see <see cref="FailureReasons"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>The sign, in one sentence.</summary>
    public required string Description { get; init; }

    /// <summary>Who ended the attempt, unless a limit of Bench did.</summary>
    public required EndedBy EndedBy { get; init; }

    /// <summary>The fact that makes the rule fire; null where it does not.</summary>
    internal Func<AttemptEvidence, string?> Sign { get; init; } = _ => null;
}
