using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bench.Fixtures.Redaction;

/// <summary>
/// Finds where one of many texts may begin, in one pass whose cost does not depend on their number: each text is known by three bytes in a row
/// of it, the rarest it has; a table says of any three bytes whether they belong to one. ASCII case is ignored.
/// </summary>
internal sealed class AnchorFinder<T>
{
    private const int GramLength = 3;
    private const int TableBits = 14;
    private const int Stride = 6;
    private const ulong LowerCase = 0x2020_2020_2020_2020;

    // Which three bytes belong to a text, or share their place with some that do. Bytes, not bits: one look each. No larger than the processor's first cache.
    private readonly byte[] table = new byte[1 << TableBits];
    private readonly Dictionary<uint, Anchor[]> anchors = [];

    /// <summary>Adds a text.</summary>
    /// <param name="text">At least three bytes.</param>
    /// <param name="reach">Only so many bytes at its beginning are looked at.</param>
    /// <param name="value">What is found with it.</param>
    public void Add(ReadOnlySpan<byte> text, int reach, T value)
    {
        var offset = RarestGram(text[..Math.Min(reach, text.Length)]);
        var gram = Gram(text[offset..]);
        table[SlotOf(gram)] = 1;
        anchors[gram] = [.. anchors.GetValueOrDefault(gram, []), new Anchor(offset, value)];
    }

    /// <summary>The next place at or after <paramref name="from"/> with three bytes of a text; -1 when there is none.</summary>
    public int Next(ReadOnlySpan<byte> window, int from)
    {
        ref var slots = ref MemoryMarshal.GetArrayDataReference(table);
        var at = from;
        for (; at + sizeof(ulong) <= window.Length; at += Stride)
        {
            var eight = BinaryPrimitives.ReadUInt64LittleEndian(window.Slice(at, sizeof(ulong))) | LowerCase;
            var found = Slot(ref slots, eight) | Slot(ref slots, eight >> 8) | Slot(ref slots, eight >> 16)
                | Slot(ref slots, eight >> 24) | Slot(ref slots, eight >> 32) | Slot(ref slots, eight >> 40);
            if (found != 0)
            {
                while (Slot(ref slots, eight) == 0)
                {
                    eight >>= 8;
                    at++;
                }

                return at;
            }
        }

        for (; at + GramLength <= window.Length; at++)
        {
            if (table[SlotOf(Gram(window[at..]))] != 0)
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>The texts that may be there; whether one is has still to be looked at.</summary>
    public ReadOnlySpan<Anchor> At(ReadOnlySpan<byte> window, int place) => anchors.GetValueOrDefault(Gram(window[place..]), []);

    private static byte Slot(ref byte slots, ulong bytes) => Unsafe.Add(ref slots, (nint)SlotOf((uint)bytes & 0xFF_FFFF));

    private static uint SlotOf(uint gram) => (gram * 0x9E37_79B1u) >> (32 - TableBits);

    private static uint Gram(ReadOnlySpan<byte> text) => (uint)(text[0] | text[1] << 8 | text[2] << 16) | 0x20_2020;

    private static int RarestGram(ReadOnlySpan<byte> text)
    {
        var best = 0;
        for (var i = 1; i + GramLength <= text.Length; i++)
        {
            best = Rarity(text[i..]) > Rarity(text[best..]) ? i : best;
        }

        return best;
    }

    private static int Rarity(ReadOnlySpan<byte> text) =>
        text[0] == text[1] && text[1] == text[2] ? 0 : Rarity(text[0]) + Rarity(text[1]) + Rarity(text[2]);

    private static int Rarity(byte value) => (char)(value | 0x20) switch
    {
        ' ' => 0,
        'e' or 't' or 'a' or 'o' or 'i' or 'n' or 's' or 'r' => 1,
        'h' or 'l' or 'd' or 'c' or 'u' or 'm' or 'p' => 2,
        >= 'a' and <= 'z' => 4,
        _ => 3,
    };

    /// <summary>A text, known by three of its bytes.</summary>
    /// <param name="Offset">Where in the text they are.</param>
    /// <param name="Value">What is found with the text.</param>
    public readonly record struct Anchor(int Offset, T Value);
}
