using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Bench.Fixtures.Records;

/// <summary>
/// Numbers the few distinct texts (workflow and prompt ids, models, reasons) that many records share, straight from their UTF-8 bytes:
/// a text is turned into a string once, not once per record. Not thread-safe.
/// </summary>
internal sealed class NameTable
{
    private readonly Dictionary<byte[], int> numbers = new(Utf8Comparer.Instance);
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> lookup;
    private readonly List<string> names = [];

    public NameTable()
    {
        lookup = numbers.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public int Count => names.Count;

    public string this[int number] => names[number];

    /// <summary>The number of this text, which is added when it is new.</summary>
    public int Add(ReadOnlySpan<byte> utf8)
    {
        if (!lookup.TryGetValue(utf8, out var number))
        {
            number = names.Count;
            names.Add(Encoding.UTF8.GetString(utf8));
            lookup.TryAdd(utf8, number);
        }

        return number;
    }

    /// <inheritdoc cref="Add(ReadOnlySpan{byte})" />
    public int Add(string text) => Add(Encoding.UTF8.GetBytes(text));

    /// <summary>The number of this text; -1 when it is not in the table.</summary>
    public int Find(ReadOnlySpan<byte> utf8) => lookup.TryGetValue(utf8, out var number) ? number : -1;

    /// <summary>For each number, its place when the names are sorted ordinally.</summary>
    public int[] Ranks()
    {
        var order = Enumerable.Range(0, names.Count).ToArray();
        Array.Sort(order, (left, right) => string.CompareOrdinal(names[left], names[right]));
        var ranks = new int[order.Length];
        for (var place = 0; place < order.Length; place++)
        {
            ranks[order[place]] = place;
        }

        return ranks;
    }

    private sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly Utf8Comparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = Fingerprint.Of(alternate);
            return (int)(hash ^ (hash >> 32));
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
