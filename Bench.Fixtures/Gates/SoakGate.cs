namespace Bench.Fixtures.Gates;

/// <summary>Where a soak stands after some of its rounds.</summary>
public enum SoakDecision
{
    /// <summary>Neither is certain yet.</summary>
    GoOn,

    /// <summary>As many rounds in a row were clean as are required.</summary>
    Passed,

    /// <summary>The rounds that are left cannot give as many clean ones in a row as are required.</summary>
    Failed,
}

/// <summary>The rule of a soak: so many rounds in a row must be clean, and only so many are tried. Pure.</summary>
public static class SoakGate
{
    /// <summary>Decides. What comes after the deciding round is not looked at.</summary>
    /// <param name="rounds">Whether each round that has ended was clean, from the first.</param>
    /// <param name="required">Clean rounds in a row that are required; at least 1.</param>
    /// <param name="most">The most rounds that are tried.</param>
    public static SoakDecision Decide(IReadOnlyList<bool> rounds, int required, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(required, 1);
        var inARow = 0;
        for (var tried = 0; tried <= rounds.Count; tried++)
        {
            inARow = tried == 0 ? 0 : rounds[tried - 1] ? inARow + 1 : 0;
            if (inARow >= required)
            {
                return SoakDecision.Passed;
            }

            if (required - inARow > most - tried)
            {
                return SoakDecision.Failed;
            }
        }

        return SoakDecision.GoOn;
    }

    /// <summary>Why rounds after the deciding one are not run, e.g. <c>2 clean rounds in a row were reached before it</c>.</summary>
    /// <param name="decision">Passed or failed.</param>
    /// <param name="required">Clean rounds in a row that are required.</param>
    public static string WhyNotRun(SoakDecision decision, int required)
    {
        var wanted = required == 1 ? "1 clean round" : FormattableString.Invariant($"{required} clean rounds in a row");
        return decision == SoakDecision.Passed ? $"{wanted} had been reached before it" : $"{wanted} could no longer be reached";
    }
}
