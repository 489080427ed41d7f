using System.Globalization;
using System.Text;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Processes;

/// <summary>
/// A log file that never grows beyond a limit: what comes first stays, what comes last stays, and a line between them says how many bytes were
/// left out. At every moment the file is that, so that a killed process leaves a log that can be read: the end of the output is a ring then, and the
/// line says at which byte of the file the oldest of it stands. Closing puts the ring straight. A log within the limit is the output as it was.
/// </summary>
internal sealed class BoundedLog : WriteOnlyStream
{
    /// <summary>The least limit: beginning and end each say something.</summary>
    public const int LeastBytes = 64 * 1024;

    /// <summary>The limit when nobody has chosen one.</summary>
    public const int DefaultBytes = 64 * 1024 * 1024;

    private const int CopyBytes = 1024 * 1024;

    private static readonly int MarkBytes = Mark(0, 0).Length;

    private readonly FileStream file;
    private readonly long most;
    private readonly long headEnd;
    private long length;
    private long leftOut;

    // Where the next byte goes in the ring, and with it where the oldest stands, once the log is full.
    private long next;

    private BoundedLog(FileStream file, long most)
    {
        this.file = file;
        this.most = most;
        length = file.Length;

        // What a killed run left in it stays.
        headEnd = Math.Max(most / 2, length);
        file.Seek(0, SeekOrigin.End);
    }

    private long RingStart => headEnd + MarkBytes;

    private bool IsFull => leftOut > 0;

    /// <summary>Opens a log, or goes on with one. Unbuffered: what was written before Bench was killed is there.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="most">The most bytes of the file; at least <see cref="LeastBytes"/>.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static BoundedLog Open(string path, long most)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        try
        {
            return new BoundedLog(file, Math.Max(most, Math.Max(file.Length, 0) + LeastBytes));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!IsFull)
        {
            var fits = buffer[..(int)Math.Min(buffer.Length, most - length)];
            file.Write(fits);
            length += fits.Length;
            buffer = buffer[fits.Length..];
        }

        if (buffer.Length > 0)
        {
            WriteRing(buffer);
        }
    }

    /// <inheritdoc />
    public override void Flush() => file.Flush();

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
            if (IsFull && next != RingStart)
            {
                Straighten();
            }
        }

        base.Dispose(disposing);
    }

    // The mark takes the place of what came right after the beginning; from then on the oldest bytes make room.
    private void WriteRing(ReadOnlySpan<byte> bytes)
    {
        if (!IsFull)
        {
            next = RingStart;
            leftOut = MarkBytes;
        }

        leftOut += bytes.Length;
        var ring = most - RingStart;
        bytes = bytes.Length > ring ? bytes[^(int)ring..] : bytes;

        // First the mark: killed in between, it says a little too much was left out, and never that nothing was.
        var after = RingStart + ((next - RingStart + bytes.Length) % ring);
        file.Seek(headEnd, SeekOrigin.Begin);
        file.Write(Mark(leftOut, after));
        file.Seek(next, SeekOrigin.Begin);
        var first = bytes[..(int)Math.Min(bytes.Length, most - next)];
        file.Write(first);
        if (first.Length < bytes.Length)
        {
            file.Seek(RingStart, SeekOrigin.Begin);
            file.Write(bytes[first.Length..]);
        }

        next = after;
    }

    // Of a fixed length, and a line of JSON: the event logs are read line by line.
    private static byte[] Mark(long leftOut, long oldest) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"\n{{\"bench\":\"MaxLogBytes\",\"left_out_bytes\":{leftOut,20},\"goes_on_at_byte\":{oldest,20}}}\n"));

    // Beside it and renamed, so that a kill leaves the one or the other. Where there is no room for it the mark says how to read the file.
    private void Straighten()
    {
        var straight = file.Name + ".straight";
        try
        {
            using (var from = new FileStream(file.Name, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0))
            using (var to = new FileStream(straight, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                Copy(from, to, 0, headEnd);
                to.Write(Mark(leftOut, RingStart));
                Copy(from, to, next, most);
                Copy(from, to, RingStart, next);
            }

            File.Move(straight, file.Name, overwrite: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            File.Delete(straight);
        }
    }

    private static void Copy(FileStream from, FileStream to, long start, long end)
    {
        var buffer = new byte[CopyBytes];
        from.Seek(start, SeekOrigin.Begin);
        for (var left = end - start; left > 0;)
        {
            var count = from.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            if (count == 0)
            {
                return;
            }

            to.Write(buffer, 0, count);
            left -= count;
        }
    }
}
