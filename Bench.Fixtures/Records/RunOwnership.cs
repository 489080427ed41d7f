using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Records;

/// <summary>The right to write a run's folder: a lock that the system takes back when the process ends, however it ends.</summary>
public sealed class RunOwnership : IDisposable
{
    private const int WouldBlock = 11;
    private const int WouldBlockOnMac = 35;
    private const int SharingViolation = unchecked((int)0x80070020);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly FileStream file;

    private RunOwnership(FileStream file) => this.file = file;

    /// <summary>Takes the run.</summary>
    /// <exception cref="BenchUsageException">Another process writes it.</exception>
    public static RunOwnership Take(RunFolder folder) => TryTake(folder)
        ?? throw new BenchUsageException($"The run '{folder.Root}' is being written by another process. Wait for its end, or stop it, and try again.");

    /// <summary>Takes the run as soon as nobody writes it; null when somebody still does after <paramref name="limit"/>.</summary>
    public static RunOwnership? Await(RunFolder folder, TimeSpan limit)
    {
        RunOwnership? ownership = null;
        using var pause = new ManualResetEventSlim();
        for (var waited = TimeSpan.Zero; (ownership = TryTake(folder)) is null && waited < limit; waited += Interval)
        {
            pause.Wait(Interval);
        }

        return ownership;
    }

    /// <inheritdoc />
    public void Dispose() => file.Dispose();

    private static RunOwnership? TryTake(RunFolder folder)
    {
        try
        {
            return new RunOwnership(new FileStream(folder.OwnerLock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose));
        }
        catch (IOException problem) when (IsHeld(problem))
        {
            return null;
        }
    }

    // .NET tells a file that somebody else has locked by EWOULDBLOCK, on Windows by a sharing violation.
    private static bool IsHeld(IOException problem) => problem.HResult is WouldBlock or WouldBlockOnMac or SharingViolation;
}
