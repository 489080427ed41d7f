namespace Bench.Fixtures.Records;

/// <summary>A lock by a file, which the system takes back when the process ends, however it ends.</summary>
public sealed class FileLock : IDisposable
{
    private const int WouldBlock = 11;
    private const int WouldBlockOnMac = 35;
    private const int SharingViolation = unchecked((int)0x80070020);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly FileStream file;

    private FileLock(FileStream file) => this.file = file;

    /// <summary>Takes the lock as soon as nobody has it; null when somebody still has after <paramref name="limit"/>. Zero tries once.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="options">A file that is deleted at the end may be taken by two who wait for it; one that stays may not.</param>
    public static FileLock? Await(string path, TimeSpan limit, FileOptions options = FileOptions.None)
    {
        FileLock? taken = null;
        using var pause = new ManualResetEventSlim();
        for (var waited = TimeSpan.Zero; (taken = TryTake(path, options)) is null && waited < limit; waited += Interval)
        {
            pause.Wait(Interval);
        }

        return taken;
    }

    /// <summary>Whether somebody has the lock. Looks by a shared lock that is let go at once, and creates no file.</summary>
    /// <exception cref="IOException">The file cannot be looked at.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public static bool IsHeld(string path)
    {
        try
        {
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0).Dispose();
            return false;
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException problem) when (IsHeld(problem))
        {
            return true;
        }
    }

    /// <inheritdoc />
    public void Dispose() => file.Dispose();

    private static FileLock? TryTake(string path, FileOptions options)
    {
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, options));
        }
        catch (IOException problem) when (IsHeld(problem))
        {
            return null;
        }
    }

    // .NET tells a file that somebody else has locked by EWOULDBLOCK, on Windows by a sharing violation.
    private static bool IsHeld(IOException problem) => problem.HResult is WouldBlock or WouldBlockOnMac or SharingViolation;
}
