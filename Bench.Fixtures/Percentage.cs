using System.Globalization;

namespace Bench.Fixtures;

/// <summary>
/// The one way in which shares are spelled as percentages. None is shown as 0 or 100 that is not exactly that: 199 of 200 with no decimals is <c>99.5</c>,
/// 1 of 2000 with none <c>0.05</c>. Halves go away from 0.
/// </summary>
public static class Percentage
{
    // Beyond it a bound says enough.
    private const int MostDecimals = 2;
    private const double Greatest = 1e12;

    // A hair of a bound is the arithmetic's.
    private const decimal Hair = 1e-9m;

    /// <summary>e.g. <c>66.7</c>, <c>100</c>, <c>99.95</c>, <c>&lt; 0.01</c>, <c>&gt; 99.99</c>: a share in percent, without the sign.</summary>
    /// <param name="share">From 0 to 1; a ratio may be greater.</param>
    /// <param name="decimals">The most decimals, where these do not make 0 or 100 of something else.</param>
    /// <param name="isPadded">All decimals are shown, also zeros: <c>85.0</c>.</param>
    public static string Of(double share, int decimals, bool isPadded = false) => Spell(share, decimals, isPadded, MidpointRounding.AwayFromZero);

    /// <summary>The same for an upper bound, which is never rounded down; all decimals are shown.</summary>
    /// <param name="bound">From 0 to 1.</param>
    /// <param name="decimals">The most decimals, where these do not make 100 of less.</param>
    public static string UpTo(double bound, int decimals) =>
        Spell(IsExact(bound) ? bound : (double)((decimal)bound - Hair), decimals, isPadded: true, MidpointRounding.ToPositiveInfinity);

    /// <summary>A share cut to decimals for a document, of which none is 0 or 1 that was not: there are as many decimals more as that takes.</summary>
    internal static double Rounded(double share, int decimals, MidpointRounding way = MidpointRounding.AwayFromZero)
    {
        if (!(Math.Abs(share) < Greatest))
        {
            return share;
        }

        var (exact, shown) = ((decimal)share, Math.Round((decimal)share, decimals, way));
        for (var more = decimals + 1; shown is 0 or 1 && shown != exact && more <= 15; more++)
        {
            shown = Math.Round(exact, more, way);
        }

        return shown is 0 or 1 && shown != exact ? share : (double)shown;
    }

    private static string Spell(double share, int decimals, bool isPadded, MidpointRounding way)
    {
        if (!(Math.Abs(share) < Greatest))
        {
            return (100 * share).ToString(CultureInfo.InvariantCulture);
        }

        var percent = 100 * (decimal)share;
        for (var digits = decimals; digits <= Math.Max(decimals, MostDecimals); digits++)
        {
            if (Math.Round(percent, digits, way) is var shown && (shown is not (0 or 100) || shown == percent))
            {
                return shown.ToString((isPadded ? "F" : "0.####") + (isPadded ? digits.ToString(CultureInfo.InvariantCulture) : ""), CultureInfo.InvariantCulture);
            }
        }

        return percent > 100 ? "> 100" : percent > 50 ? "> 99.99" : percent > 0 ? "< 0.01" : "> -0.01";
    }

    private static bool IsExact(double share) => !(Math.Abs(share) < Greatest) || (decimal)share is 0 or 1;
}
