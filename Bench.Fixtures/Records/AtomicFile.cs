namespace Bench.Fixtures.Records;

/// <summary>Files that are there whole or not at all: written beside their place and renamed into it.</summary>
public static class AtomicFile
{
    /// <summary>Writes the file, replacing one that is there.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="bytes">The content.</param>
    /// <param name="flushToDisk">Survives a power failure, not only the end of the process; costs milliseconds.</param>
    /// <param name="replace">False fails with an <see cref="IOException"/> when the file exists.</param>
    public static void Write(string path, ReadOnlySpan<byte> bytes, bool flushToDisk = false, bool replace = true)
    {
        var temporary = TemporaryFor(path);
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk);
            }

            File.Move(temporary, path, overwrite: replace);
        }
        catch
        {
            if (File.Exists(temporary))
            {
                File.Delete(temporary);
            }

            throw;
        }
    }

    /// <summary>A name of its own per writer: two processes may finalize the same run at once.</summary>
    public static string TemporaryFor(string path) => $"{path}.{Path.GetRandomFileName()}.tmp";
}
