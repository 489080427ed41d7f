namespace Bench.Fixtures.Gates;

/// <summary>One offence that a gate found.</summary>
/// <param name="ReasonCode">One of <see cref="GateReasons"/>.</param>
/// <param name="Text">What is wrong, with the values, as a sentence.</param>
/// <param name="NextAction">What to do, as a sentence.</param>
internal sealed record GateProblem(string ReasonCode, string Text, string NextAction)
{
    /// <summary>The offence that kept git from answering.</summary>
    public static GateProblem Of(GitException exception) => new(exception.ReasonCode, exception.Message, exception.NextAction);

    /// <summary>All offences in sentences.</summary>
    public static string Texts(IEnumerable<GateProblem> problems) => string.Join(' ', problems.Select(problem => problem.Text));

    /// <summary>What to do about all of them, each cure once.</summary>
    public static string NextActions(IEnumerable<GateProblem> problems) => string.Join(' ', problems.Select(problem => problem.NextAction).Distinct());
}
