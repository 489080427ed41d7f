namespace Bench.Fixtures.Agents.OpenCode;

/// <summary>What a finish reason says about the attempt.</summary>
internal enum OpenCodeEnd
{
    /// <summary>The agent goes on: it runs tools. As the last word of a run it means that it was not let go on.</summary>
    None,

    /// <summary>The model has answered, if perhaps cut off by the output limit.</summary>
    Answered,

    /// <summary>The provider's filter stopped the model.</summary>
    Refused,

    /// <summary>The answer did not say why it ended: OpenCode asks again, without limit.</summary>
    Endless,
}

/// <summary>Reads OpenCode's finish reasons.</summary>
internal static class OpenCodeFinish
{
    /// <summary>What the reason says.</summary>
    public static OpenCodeEnd Of(string? reason) => reason switch
    {
        "stop" or "length" => OpenCodeEnd.Answered,
        "content-filter" or "error" => OpenCodeEnd.Refused,
        "unknown" => OpenCodeEnd.Endless,
        _ => OpenCodeEnd.None,
    };
}

/// <summary>Reads what OpenCode says about tools.</summary>
internal static class OpenCodeTools
{
    /// <summary>Whether a tool's error says that the agent was not allowed to use it.</summary>
    public static bool IsDenial(string? error) =>
        error is not null
        && (error.StartsWith("The user rejected permission", StringComparison.Ordinal)
            || error.StartsWith("The user has specified a rule which prevents", StringComparison.Ordinal));
}
