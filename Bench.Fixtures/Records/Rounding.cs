namespace Bench.Fixtures.Records;

/// <summary>
/// The one way in which numbers are cut to the digits that are shown: halves go away from 0. What Markdown and console print is the number that stands in the
/// JSON document, cut further; two ways of rounding would print two numbers for one.
/// </summary>
internal static class Rounding
{
    /// <summary>Milliseconds as JSON documents hold them: three decimals.</summary>
    public static double Milliseconds(double value) => To(value, 3);

    /// <summary>A share or a chance as JSON documents hold it: four decimals, more where these would make 0 or 1 of something else.</summary>
    public static double Share(double value) => Percentage.Rounded(value, 4);

    /// <summary>
    /// Halves away from 0, by the decimal digits that a reader sees: 0.285 becomes 0.29, although the binary number lies a little below it.
    /// Numbers of a million million and more, and what is no number, stay as they are.
    /// </summary>
    public static double To(double value, int decimals) => Math.Abs(value) < 1e12
        ? (double)Math.Round((decimal)value, decimals, MidpointRounding.AwayFromZero)
        : value;
}
