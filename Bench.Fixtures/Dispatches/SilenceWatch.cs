using Bench.Fixtures.Records;

namespace Bench.Fixtures.Dispatches;

/// <summary>
/// What this machine saw last of a worker on another one, and since when: kept beside the job, for the commands that look are short. Only how much time has passed here
/// is asked, by a clock that nobody sets, so that two machines whose clocks differ by hours share a folder.
/// </summary>
/// <param name="Sign">The last sign: the worker's heartbeat, by its own stamp.</param>
/// <param name="Boot">The boot of this machine that <paramref name="SeenMs"/> counts from.</param>
/// <param name="SeenMs">When that sign was seen first, in milliseconds of the machine's monotonic clock.</param>
internal sealed record SilenceWatch(string Sign, string Boot, long SeenMs)
{
    /// <summary>How long a worker has given no other sign; zero where this machine sees this one for the first time.</summary>
    public static TimeSpan Look(DispatchInstance instance, DispatchEntry entry, TimeProvider clock)
    {
        var sign = RecordBuilder.Stamp(entry.Heartbeat?.At ?? entry.Job.StartedAt ?? entry.Job.CreatedAt);
        var now = (long)clock.GetElapsedTime(0).TotalMilliseconds;
        var boot = BootOf();
        var path = instance.SeenFrom(System.Environment.MachineName);
        if (DispatchJson.TryRead<SilenceWatch>(path) is { } seen && seen.Sign == sign && seen.Boot == boot && seen.SeenMs <= now)
        {
            return TimeSpan.FromMilliseconds(now - seen.SeenMs);
        }

        try
        {
            AtomicFile.Write(path, DispatchJson.Serialize(new SilenceWatch(sign, boot, now)));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Whoever cannot note when it saw a worker never takes it for dead.
        }

        return TimeSpan.Zero;
    }

    private static string BootOf()
    {
        const string Path = "/proc/sys/kernel/random/boot_id";
        return File.Exists(Path) ? File.ReadAllText(Path).Trim() : "";
    }
}
