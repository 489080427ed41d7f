using System.Globalization;

namespace Bench.Fixtures.Gateway.Faults;

/// <summary>Some of a job's model requests, counted from 1 over all its attempts; hidden requests do not count.</summary>
public sealed class RequestNumbers
{
    private readonly IReadOnlyList<(int From, int To)> ranges;

    private RequestNumbers(IReadOnlyList<(int From, int To)> ranges) => this.ranges = ranges;

    /// <summary>Every request.</summary>
    public static RequestNumbers All { get; } = new([(1, int.MaxValue)]);

    /// <summary>Whether no request is left out.</summary>
    public bool IsAll => ranges.Any(range => range is (1, int.MaxValue));

    /// <summary>Reads <c>*</c>, <c>1</c>, <c>2-3</c>, <c>4-</c>, or several of these with commas; null when it is something else.</summary>
    public static RequestNumbers? TryParse(string text)
    {
        if (text.Trim() == "*")
        {
            return All;
        }

        var ranges = new List<(int, int)>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var ends = part.Split('-', 2, StringSplitOptions.TrimEntries);
            var from = NumberOf(ends[0]);
            var to = ends.Length == 1 ? from : ends[1].Length == 0 ? int.MaxValue : NumberOf(ends[1]);
            if (from is null || to is null || to < from)
            {
                return null;
            }

            ranges.Add((from.Value, to.Value));
        }

        return new RequestNumbers(ranges);
    }

    /// <summary>Whether this request is among them.</summary>
    public bool Contains(int number) => ranges.Any(range => number >= range.From && number <= range.To);

    private static int? NumberOf(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 ? number : null;
}
