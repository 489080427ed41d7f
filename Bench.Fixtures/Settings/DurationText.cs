using System.Globalization;
using System.Text.RegularExpressions;

namespace Bench.Fixtures.Settings;

/// <summary>Durations as people write them: <c>300</c> and <c>300s</c>, <c>5m</c>, <c>1.5h</c>, <c>500ms</c>, <c>00:05:00</c>.</summary>
public static partial class DurationText
{
    /// <summary>The duration, or null when the text is none, is negative or exceeds <see cref="TimeSpan.MaxValue"/>. A bare number is seconds.</summary>
    public static TimeSpan? TryParse(string text)
    {
        // TimeSpan takes "5:00" for five hours, where people may mean minutes, and "25:00:00" for 25 days: both are refused.
        if (ClockRegex().IsMatch(text))
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var clock) ? clock : null;
        }

        var match = NumberRegex().Match(text);
        if (!match.Success || !double.TryParse(match.Groups["number"].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        var milliseconds = number * match.Groups["unit"].Value switch
        {
            "ms" => 1,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => 1000,
        };
        return milliseconds <= TimeSpan.MaxValue.TotalMilliseconds / 2 ? TimeSpan.FromMilliseconds(milliseconds) : null;
    }

    /// <summary>The shortest form that reads back as the same duration: <c>300s</c>, <c>20ms</c>.</summary>
    public static string Format(TimeSpan duration) =>
        duration.Ticks % TimeSpan.TicksPerSecond == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / TimeSpan.TicksPerSecond}s")
            : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds}ms");

    [GeneratedRegex(@"^([01]?\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,7})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex ClockRegex();

    [GeneratedRegex(@"^(?<number>\d+(\.\d+)?)\s?(?<unit>ms|s|m|h)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NumberRegex();
}
