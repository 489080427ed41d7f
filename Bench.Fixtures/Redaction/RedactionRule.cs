namespace Bench.Fixtures.Redaction;

/// <summary>Judges one place where an anchor of its rule was found; the reader stands at the anchor.</summary>
internal delegate RuleMatch RuleMatcher(ref RuleReader reader);

/// <summary>A way to recognise a secret that Bench was not told about.</summary>
public sealed record RedactionRule
{
    internal RedactionRule(string id, string description, IReadOnlyList<string> anchors, RuleMatcher match)
    {
        Id = id;
        Description = description;
        Anchors = anchors;
        Match = match;
    }

    /// <summary>Stands in the marker: <c>[REDACTED:id]</c>.</summary>
    public string Id { get; }

    /// <summary>What it recognises, in one sentence.</summary>
    public string Description { get; }

    /// <summary>Lower-case texts, one of which every match contains; found without regard to case.</summary>
    internal IReadOnlyList<string> Anchors { get; }

    internal RuleMatcher Match { get; }
}
