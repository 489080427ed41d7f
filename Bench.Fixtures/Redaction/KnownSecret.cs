namespace Bench.Fixtures.Redaction;

/// <summary>A secret that Bench was given or made itself; its exact value never reaches disk or console.</summary>
/// <param name="Name">What it is, e.g. the environment variable that held it; shown in messages.</param>
/// <param name="Value">The secret itself; never shown. White space around it is ignored.</param>
public sealed record KnownSecret(string Name, string Value)
{
    /// <summary>The name alone, so that a log line cannot show the value.</summary>
    public override string ToString() => Name;
}
