namespace Bench.Fixtures.Statistics;

/// <summary>Guards what comes in pairs.</summary>
internal static class Pairs
{
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    public static void Check(int first, int second)
    {
        if (first != second)
        {
            throw new ArgumentException(FormattableString.Invariant($"The lists have '{first}' and '{second}' values: each pair needs one of both. Match them by prompt and trial first."));
        }
    }
}
