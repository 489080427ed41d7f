using System.Buffers;

namespace Bench.Fixtures.Redaction;

/// <summary>Receives the outcome of redaction, in the order of the text.</summary>
internal interface IRedactionSink
{
    /// <summary>Bytes without secrets.</summary>
    void Copy(ReadOnlySpan<byte> clean);

    /// <summary>A secret begins; its marker stands in its place.</summary>
    void Mark(string ruleId, ReadOnlySpan<byte> marker);

    /// <summary>Bytes of a secret.</summary>
    void Drop(ReadOnlySpan<byte> secret);
}

/// <summary>
/// Redacts one text that comes in chunks. What is replaced is the union of all matches, each defined by the whole text alone,
/// so the outcome does not depend on the chunks. Bytes are held back only while a match may still begin among them:
/// by a known secret's length, or about a kilobyte for the rules.
/// </summary>
internal sealed class RedactionEngine(RuleIndex index)
{
    private const int SliceLength = 16 * 1024;

    private readonly List<SecretSpan> spans = [];
    private readonly List<(ValueTail Tail, int From, int End, ValueTail? Next)> runs = [];

    // The bytes held back, after some that are gone already but serve as context.
    private byte[] held = [];
    private int context;

    /// <summary>Takes the next bytes.</summary>
    /// <param name="data">The bytes; may be empty.</param>
    /// <param name="isFinal">Nothing follows: what was held back is decided.</param>
    /// <param name="sink">Receives what is decided.</param>
    public void Process(ReadOnlySpan<byte> data, bool isFinal, IRedactionSink sink)
    {
        do
        {
            var slice = data[..Math.Min(SliceLength, data.Length)];
            data = data[slice.Length..];
            ProcessSlice(slice, isFinal && data.IsEmpty, sink);
        }
        while (!data.IsEmpty);
    }

    private void ProcessSlice(ReadOnlySpan<byte> slice, bool isFinal, IRedactionSink sink)
    {
        var length = held.Length + slice.Length;
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var window = bytes.AsSpan(0, length);
            held.CopyTo(window);
            slice.CopyTo(window[held.Length..]);
            var decided = Collect(window, isFinal);
            Emit(window, decided, sink);
            Keep(window, decided);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
    }

    /// <summary>Finds all matches and returns up to where the text is decided.</summary>
    private int Collect(ReadOnlySpan<byte> window, bool isFinal)
    {
        var decided = index.Collect(window, context, isFinal, spans);
        if (spans.Count == 0)
        {
            return decided;
        }

        runs.Clear();
        for (var i = 0; i < spans.Count; i++)
        {
            if (spans[i].Tail is { } tail)
            {
                var (end, next) = RunEnd(window, tail, spans[i].End, isFinal);
                spans[i] = spans[i] with { End = end, Tail = next };
                decided = next is not null ? Math.Min(decided, end) : decided;
            }
        }

        spans.Sort(static (a, b) => (a.Start, !a.IsMarked, a.Order).CompareTo((b.Start, !b.IsMarked, b.Order)));
        return decided;
    }

    /// <summary>Walks each run once, however many matches end in it.</summary>
    private (int End, ValueTail? Next) RunEnd(ReadOnlySpan<byte> window, ValueTail tail, int from, bool isFinal)
    {
        foreach (var run in runs)
        {
            if (run.Tail == tail && run.From <= from && from <= run.End)
            {
                return (run.End, run.Next);
            }
        }

        var end = tail.End(window, from, isFinal, out var next);
        runs.Add((tail, from, end, next));
        return (end, next);
    }

    /// <summary>Hands over the bytes up to <paramref name="decided"/>.</summary>
    private void Emit(ReadOnlySpan<byte> window, int decided, IRedactionSink sink)
    {
        var at = context;
        var covered = context;
        foreach (var span in spans)
        {
            if (span.Start >= decided && !span.IsMarked)
            {
                break;
            }

            if (span.Start >= covered && !span.IsMarked)
            {
                sink.Drop(window[at..covered]);
                sink.Copy(window[covered..span.Start]);
                sink.Mark(index.Ids[span.Order], index.Markers[span.Order]);
                at = covered = span.Start;
            }

            covered = Math.Max(covered, Math.Min(span.End, decided));
        }

        sink.Drop(window[at..covered]);
        sink.Copy(window[covered..decided]);
    }

    /// <summary>Remembers what is undecided, and the matches that reach into it.</summary>
    private void Keep(ReadOnlySpan<byte> window, int decided)
    {
        var shift = decided - Math.Min(decided, WordStart.Limit);
        var count = 0;
        for (var i = 0; i < spans.Count; i++)
        {
            var span = spans[i];
            var reaches = span.Anchor < decided && (span.End > decided || span.Tail is not null);
            if (reaches && !IsKept(count, span.Tail))
            {
                var isMarked = span.IsMarked || span.Start < decided;
                spans[count++] = span with { Anchor = 0, Start = Math.Max(span.Start, decided) - shift, End = span.End - shift, IsMarked = isMarked };
            }
        }

        spans.RemoveRange(count, spans.Count - count);
        context = decided - shift;
        held = window[shift..].ToArray();
    }

    /// <summary>Whether an open run of the kind is among the first spans already: one is enough to go on.</summary>
    private bool IsKept(int count, ValueTail? tail)
    {
        for (var i = 0; i < count; i++)
        {
            if (tail is not null && spans[i].Tail == tail)
            {
                return true;
            }
        }

        return false;
    }
}
