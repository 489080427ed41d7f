using System.Text;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Agents;

/// <summary>The answer to where an agent is: exactly one of <see cref="Binary"/> and <see cref="Missing"/> is set.</summary>
public sealed record AgentLocation
{
    /// <summary>Which agent was looked for.</summary>
    public required AgentKind Kind { get; init; }

    /// <summary>The agent; null when there is none that works.</summary>
    public AgentBinary? Binary { get; init; }

    /// <summary>Why there is none; null when there is one.</summary>
    public MissingAgent? Missing { get; init; }
}

/// <summary>An agent that is not on this machine, or does not work.</summary>
public sealed record MissingAgent
{
    /// <summary>Which agent.</summary>
    public required AgentKind Kind { get; init; }

    /// <summary>There is a program, in the last place that was looked at, but it does not work.</summary>
    public required bool IsBroken { get; init; }

    /// <summary>A setting names the program; it was looked for nowhere else.</summary>
    public bool IsNamed { get; init; }

    /// <summary>The places that were looked at, in order.</summary>
    public required IReadOnlyList<SearchedPlace> Searched { get; init; }

    /// <summary>What to do.</summary>
    public required string Cure { get; init; }

    /// <summary>The whole story: what is missing, where it was looked for, what to do.</summary>
    public string Message
    {
        get
        {
            var text = new StringBuilder($"'{SettingNames.Of(Kind)}' {(IsBroken ? "does not work" : "was not found")}. Searched: ");
            text.AppendJoin("; ", Searched.Select(place => $"{place.Place} {place.Outcome}"));
            return text.Append(". ").Append(Cure).ToString();
        }
    }
}

/// <summary>One place that was looked at.</summary>
/// <param name="Place">A file in quotes, a setting or <c>PATH</c>.</param>
/// <param name="Outcome">What was wrong there, to follow the place: <c>does not exist</c>.</param>
public sealed record SearchedPlace(string Place, string Outcome);
