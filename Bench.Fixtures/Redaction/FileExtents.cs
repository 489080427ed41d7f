using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Bench.Fixtures.Redaction;

/// <summary>Where a file has data: a sparse file of many gigabytes may have none. https://man7.org/linux/man-pages/man2/lseek.2.html</summary>
internal static partial class FileExtents
{
    private const int SeekData = 3;
    private const int SeekHole = 4;
    private const int NoMoreData = 6;

    /// <summary>The parts of the file that are no holes, in order; all of it where the system does not say.</summary>
    public static IEnumerable<(long Start, long End)> Of(FileStream file, long length)
    {
        if (!OperatingSystem.IsLinux())
        {
            yield return (0, long.MaxValue);
            yield break;
        }

        for (var end = 0L; end < length;)
        {
            var start = Seek(file.SafeFileHandle, end, SeekData);
            if (start < 0)
            {
                if (Marshal.GetLastPInvokeError() != NoMoreData)
                {
                    yield return (end, long.MaxValue);
                }

                yield break;
            }

            end = Seek(file.SafeFileHandle, start, SeekHole) is var hole and >= 0 ? hole : long.MaxValue;
            yield return (start, end);
        }
    }

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(SafeFileHandle file, long offset, int whence);
}
