namespace Bench.Fixtures.Planning;

/// <summary>
/// A small generator whose numbers are specified for ever, so that a seed gives the same plan on any runtime. Not thread-safe.
/// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014); constants of
/// <see href="https://prng.di.unimi.it/splitmix64.c">the reference implementation</see>.
/// </summary>
public sealed class SplitMix64(ulong seed)
{
    private ulong state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>A number from 0 to below <paramref name="bound"/>: the upper half of the 128-bit product of the next 64 bits and the bound.</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>Fisher-Yates, from the last place down: place i takes the item at <see cref="Below"/>(i + 1).</summary>
    public void Shuffle<TItem>(IList<TItem> items)
    {
        for (var i = items.Count - 1; i > 0; i--)
        {
            var other = Below(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }
}
