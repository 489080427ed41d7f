using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Agents;

/// <summary>What an agent's own interface said in one attempt. Timestamps are <see cref="TimeProvider.GetTimestamp"/>; null is "not seen".</summary>
public sealed record AgentReading
{
    /// <summary>The most of <see cref="OwnLines"/> that are kept.</summary>
    public const int MaxOwnLines = 20;

    /// <summary>The assistant's text, role-filtered; empty when there was none.</summary>
    public string Answer { get; init; } = "";

    /// <summary>The agent's session id.</summary>
    public string? SessionId { get; init; }

    /// <summary>The model that the agent says it used.</summary>
    public string? Model { get; init; }

    /// <summary>Last finish reason, in the agent's own word.</summary>
    public string? FinishReason { get; init; }

    /// <summary>Tokens as the agent reports them.</summary>
    public TokenUsage Tokens { get; init; } = new();

    /// <summary>First event of any kind, banners excluded.</summary>
    public long? FirstEventAt { get; init; }

    /// <summary>First assistant output: text, reasoning or tool call.</summary>
    public long? FirstOutputAt { get; init; }

    /// <summary>Last assistant output.</summary>
    public long? LastOutputAt { get; init; }

    /// <summary>The terminal event.</summary>
    public long? TerminalAt { get; init; }

    /// <summary>The terminal event says that the work is done (and not that it failed).</summary>
    public bool TerminalIsSuccess { get; init; }

    /// <summary>The error's name, as the agent spells it.</summary>
    public string? ErrorName { get; init; }

    /// <summary>The error's message.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>HTTP status that the error carries.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>Tools that the agent was not allowed to use.</summary>
    public int PermissionDenials { get; init; }

    /// <summary>The agent repeated more failed model requests than it may.</summary>
    public bool RetriesExhausted { get; init; }

    /// <summary>Lines, events or answers of the agent with a text that was no Unicode; U+FFFD stands in its place.</summary>
    public int MendedTexts { get; init; }

    /// <summary>Lines of standard output that are not of the documented format, and what a text lane printed that ended badly: the program's own words. At most <see cref="MaxOwnLines"/>.</summary>
    public IReadOnlyList<string> OwnLines { get; init; } = [];

    /// <summary>What could not be read as the documented format; null when all could.</summary>
    public string? ParserProblem { get; init; }

    /// <summary>Noteworthy facts, e.g. a retry that the agent made on its own.</summary>
    public IReadOnlyList<Incident> Incidents { get; init; } = [];
}
