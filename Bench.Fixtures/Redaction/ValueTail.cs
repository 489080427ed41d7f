namespace Bench.Fixtures.Redaction;

/// <summary>
/// How a value goes on after the bytes that its rule has looked at. It knows nothing but the place where it stands, so that a value may be cut
/// into chunks anywhere.
/// </summary>
internal abstract class ValueTail
{
    /// <summary>Where the value ends, or how far it is known to reach.</summary>
    /// <param name="window">The bytes known so far.</param>
    /// <param name="from">The next byte of the value.</param>
    /// <param name="isFinal">No bytes follow the window.</param>
    /// <param name="next">How the value goes on at the place that is returned; null when it has ended there.</param>
    public abstract int End(ReadOnlySpan<byte> window, int from, bool isFinal, out ValueTail? next);
}
