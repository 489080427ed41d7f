using Microsoft.Win32.SafeHandles;

namespace Bench.Fixtures.Records;

/// <summary>A temporary file of compacted <c>raw/</c> documents, so that each of them is opened once. Gone when disposed.</summary>
internal sealed class RecordSpool(string path) : IDisposable
{
    private FileStream? stream;

    /// <summary>The file; null while nothing was spooled.</summary>
    public SafeFileHandle? Handle => stream?.SafeFileHandle;

    /// <summary>Appends a record and returns its offset.</summary>
    public long Append(ReadOnlySpan<byte> record)
    {
        stream ??= Open(path);
        var offset = stream.Position;
        stream.Write(record);
        return offset;
    }

    /// <summary>Makes what was appended readable through <see cref="Handle"/>.</summary>
    public void Flush() => stream?.Flush();

    /// <inheritdoc />
    public void Dispose() => stream?.Dispose();

    private static FileStream Open(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(AtomicFile.TemporaryFor(path), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
    }
}
