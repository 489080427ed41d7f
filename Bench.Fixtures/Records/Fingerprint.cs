using System.Buffers.Binary;
using System.Numerics;

namespace Bench.Fixtures.Records;

/// <summary>A 64-bit hash of short texts, equal in every process. Sums of it tell whether two sets of names are the same, in any order.</summary>
internal static class Fingerprint
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    /// <summary>The hash of a text in UTF-8.</summary>
    public static ulong Of(ReadOnlySpan<byte> text)
    {
        var hash = (ulong)text.Length * Multiplier;
        while (text.Length >= 8)
        {
            hash = Mix(hash, BinaryPrimitives.ReadUInt64LittleEndian(text));
            text = text[8..];
        }

        ulong rest = 0;
        foreach (var value in text)
        {
            rest = (rest << 8) | value;
        }

        return Mix(Mix(hash, rest), Multiplier);
    }

    private static ulong Mix(ulong hash, ulong value)
    {
        var mixed = (hash ^ value) * Multiplier;
        return BitOperations.RotateLeft(mixed, 29) ^ (mixed >> 32);
    }
}
