using System.Globalization;
using System.Text;

namespace Bench.Fixtures.Records;

/// <summary>The latest of many ISO-8601 stamps, spelled as it was found.</summary>
internal sealed class LatestStamp
{
    private byte[] latest = [];

    /// <summary>The latest stamp; null when there was none.</summary>
    public string? Text => latest.Length == 0 ? null : Encoding.UTF8.GetString(latest);

    /// <summary>Considers a stamp; an empty or unreadable one does not count.</summary>
    public void Take(ReadOnlySpan<byte> stamp)
    {
        if (IsLater(stamp))
        {
            latest = stamp.ToArray();
        }
    }

    /// <summary>Considers the other's latest stamp.</summary>
    public void Merge(LatestStamp other) => Take(other.latest);

    /// <summary>The instant that a stamp names; null when it names none.</summary>
    public static DateTimeOffset? Parse(string? stamp) =>
        DateTimeOffset.TryParse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;

    private bool IsLater(ReadOnlySpan<byte> stamp)
    {
        if (AreComparable(stamp, latest))
        {
            return stamp.SequenceCompareTo(latest) > 0;
        }

        if (Parse(Encoding.UTF8.GetString(stamp)) is not { } instant)
        {
            return false;
        }

        // Of two spellings of one instant the choice must not depend on which was seen first.
        return Parse(Text) is not { } known || instant > known || (instant == known && stamp.SequenceCompareTo(latest) > 0);
    }

    // Two stamps "yyyy-MM-ddTHH:mm:ss[.fff]Z" of one length sort as their text does.
    private static bool AreComparable(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.Length == right.Length && left.Length >= 20 && left[^1] == 'Z' && right[^1] == 'Z' && left[10] == 'T' && right[10] == 'T';
}
