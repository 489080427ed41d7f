using System.Text;

namespace Bench.Fixtures.Redaction;

/// <summary>Judges one place where an anchor of its rule was found; the reader stands at the anchor.</summary>
internal delegate RuleMatch RuleMatcher(ref RuleReader reader);

/// <summary>A way to recognise a secret that Bench was not told about.</summary>
public sealed record RedactionRule
{
    internal RedactionRule(string id, string description, IReadOnlyList<string> anchors, RuleMatcher match)
        : this(id, description, [.. anchors.Select(a => new RuleAnchor(Encoding.ASCII.GetBytes(a), match))])
    {
    }

    internal RedactionRule(string id, string description, IReadOnlyList<RuleAnchor> anchors)
    {
        Id = id;
        Description = description;
        Anchors = anchors;
    }

    /// <summary>Stands in the marker: <c>[REDACTED:id]</c>.</summary>
    public string Id { get; }

    /// <summary>What it recognises, in one sentence.</summary>
    public string Description { get; }

    /// <summary>Texts, one of which every match contains; found without regard to ASCII case.</summary>
    internal IReadOnlyList<RuleAnchor> Anchors { get; }
}

/// <summary>Where a rule may match.</summary>
/// <param name="Text">At least three bytes.</param>
/// <param name="Match">Judges the place.</param>
internal readonly record struct RuleAnchor(byte[] Text, RuleMatcher Match);
