using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Bench.Fixtures.Records;

/// <summary>
/// Copies the records of a run, sorted, byte for byte into <c>records.ndjson</c> and into the <c>records</c> array of documents.
/// Every length is known before, so each thread knows where its share goes.
/// </summary>
/// <param name="index">The records, sorted.</param>
/// <param name="journal">Where the journal's records are; null when no record is there.</param>
/// <param name="spool">Where the spooled records are; null when no record is there.</param>
internal sealed class RecordCopier(RecordIndex index, SafeFileHandle? journal, SafeFileHandle? spool)
{
    private const int ChunkBytes = 1 << 19;
    private const int WorthCutting = 2000;

    /// <summary>What stands before each record in a document.</summary>
    private static ReadOnlySpan<byte> Lead => "\n    "u8;

    /// <summary>What closes the array in a document.</summary>
    private static ReadOnlySpan<byte> Close => "\n  ]"u8;

    /// <summary>Writes the lines and the documents.</summary>
    /// <param name="lines">The NDJSON file, empty.</param>
    /// <param name="documents">The documents, empty; each gets its head, the records' array and its tail.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    public void Copy(SafeFileHandle lines, IReadOnlyList<RecordDocument> documents, CancellationToken cancellationToken)
    {
        var shares = CutIntoShares();
        var bytes = shares[^1].Offset;
        foreach (var document in documents)
        {
            RandomAccess.Write(document.File, document.Head, 0);
            RandomAccess.Write(document.File, "["u8, document.Head.Length);
            var end = document.Head.Length + 1 + DocumentOffset(index.Count, bytes) - (index.Count > 0 ? 1 : 0);
            RandomAccess.Write(document.File, index.Count > 0 ? [.. Close, .. document.Tail] : [(byte)']', .. document.Tail], end);
        }

        Shares.Run(shares.Length - 1, i => CopyShare(shares[i], shares[i + 1].First, lines, documents, cancellationToken), cancellationToken);
    }

    private static long DocumentOffset(int records, long bytes) => bytes + ((long)records * (Lead.Length + 1));

    private static long LineOffset(int records, long bytes) => bytes + records;

    // Where each thread's share begins, and how many bytes of records stand before it; the last entry is the end.
    private (int First, long Offset)[] CutIntoShares()
    {
        var threads = Shares.Count(index.Count >= WorthCutting);
        var shares = new (int First, long Offset)[threads + 1];
        var (bytes, next) = (0L, 1);
        var sorted = index.Sorted;
        for (var i = 0; i < sorted.Length; i++)
        {
            if (next < threads && i == (long)sorted.Length * next / threads)
            {
                shares[next++] = (i, bytes);
            }

            bytes += sorted[i].Length;
        }

        shares[threads] = (sorted.Length, bytes);
        return shares;
    }

    private void CopyShare((int First, long Offset) share, int end, SafeFileHandle lines, IReadOnlyList<RecordDocument> documents, CancellationToken cancellationToken)
    {
        using var chunk = new Chunk();
        var (next, offset) = share;
        while (next < end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (first, start) = (next, offset);
            while (next < end && chunk.HasRoomFor(index.Sorted[next].Length))
            {
                var entry = index.Sorted[next++];
                chunk.Add(this, entry);
                offset += entry.Length;
            }

            chunk.Write(first, start, isLast: next == index.Count, lines, documents);
        }
    }

    private void Read(in RecordEntry entry, Span<byte> target)
    {
        var source = entry.Source == RecordSource.Journal ? journal : spool;
        for (var offset = entry.Offset; !target.IsEmpty;)
        {
            var count = RandomAccess.Read(source!, target, offset);
            if (count == 0)
            {
                throw new IOException("A record's file became shorter while it was read; is the run still going on?");
            }

            offset += count;
            target = target[count..];
        }
    }

    /// <summary>Some records, laid out as lines and as the elements of an array.</summary>
    private sealed class Chunk : IDisposable
    {
        private byte[] inLines = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        private byte[] inDocument = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        private int lineBytes;
        private int documentBytes;

        /// <summary>An empty chunk takes any record, even one that is larger than a chunk.</summary>
        public bool HasRoomFor(int length) => documentBytes == 0 || documentBytes + RoomOf(length) <= ChunkBytes;

        /// <summary>Reads a record in.</summary>
        public void Add(RecordCopier copier, in RecordEntry entry)
        {
            var (lineEnd, documentEnd) = (lineBytes + entry.Length + 1, documentBytes + RoomOf(entry.Length));
            (inLines, inDocument) = (AtLeast(inLines, lineEnd), AtLeast(inDocument, documentEnd));
            var record = inLines.AsSpan(lineBytes, entry.Length);
            copier.Read(entry, record);
            inLines[lineEnd - 1] = (byte)'\n';

            Lead.CopyTo(inDocument.AsSpan(documentBytes));
            record.CopyTo(inDocument.AsSpan(documentBytes + Lead.Length));
            inDocument[documentEnd - 1] = (byte)',';
            (lineBytes, documentBytes) = (lineEnd, documentEnd);
        }

        /// <summary>Writes the records to their places and is empty again.</summary>
        public void Write(int first, long bytesBefore, bool isLast, SafeFileHandle lines, IReadOnlyList<RecordDocument> documents)
        {
            RandomAccess.Write(lines, inLines.AsSpan(0, lineBytes), LineOffset(first, bytesBefore));
            foreach (var document in documents)
            {
                // The last record of all has no comma behind it.
                var bytes = inDocument.AsSpan(0, isLast ? documentBytes - 1 : documentBytes);
                RandomAccess.Write(document.File, bytes, document.Head.Length + 1 + DocumentOffset(first, bytesBefore));
            }

            (lineBytes, documentBytes) = (0, 0);
        }

        public void Dispose()
        {
            ArrayPool<byte>.Shared.Return(inLines);
            ArrayPool<byte>.Shared.Return(inDocument);
        }

        private static int RoomOf(int length) => Lead.Length + length + 1;

        private static byte[] AtLeast(byte[] buffer, int length)
        {
            if (length <= buffer.Length)
            {
                return buffer;
            }

            var larger = ArrayPool<byte>.Shared.Rent(length);
            buffer.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(buffer);
            return larger;
        }
    }
}

/// <summary>A document with a <c>records</c> array at depth 1.</summary>
/// <param name="File">Where it is written.</param>
/// <param name="Head">Everything before the array's <c>[</c>.</param>
/// <param name="Tail">Everything behind its <c>]</c>.</param>
internal sealed record RecordDocument(SafeFileHandle File, byte[] Head, byte[] Tail);
