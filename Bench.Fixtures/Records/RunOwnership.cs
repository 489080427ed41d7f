using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Records;

/// <summary>The right to write a run's folder: a lock that the system takes back when the process ends, however it ends.</summary>
public sealed class RunOwnership : IDisposable
{
    private readonly FileLock file;

    private RunOwnership(FileLock file) => this.file = file;

    // Whoever looks whether a run is taken holds the file for a moment.
    private static readonly TimeSpan LookLimit = TimeSpan.FromMilliseconds(100);

    /// <summary>Takes the run.</summary>
    /// <exception cref="BenchUsageException">Another process writes it.</exception>
    public static RunOwnership Take(RunFolder folder) => Await(folder, LookLimit)
        ?? throw new BenchUsageException($"The run '{folder.Root}' is being written by another process. Wait for its end, or stop it, and try again.");

    /// <summary>Takes the run as soon as nobody writes it; null when somebody still does after <paramref name="limit"/>.</summary>
    public static RunOwnership? Await(RunFolder folder, TimeSpan limit) =>
        FileLock.Await(folder.OwnerLock, limit, FileOptions.DeleteOnClose) is { } file ? new RunOwnership(file) : null;

    /// <summary>Whether a process writes the run; null when the lock cannot be looked at. Takes nothing and changes nothing.</summary>
    public static bool? IsTaken(RunFolder folder)
    {
        try
        {
            return FileLock.IsHeld(folder.OwnerLock);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <inheritdoc />
    public void Dispose() => file.Dispose();
}
