using System.Text;

namespace Bench.Fixtures.Dispatches;

/// <summary>The agent's output of a dispatched job, as the run's folder keeps it: redacted.</summary>
public static class JobLogs
{
    private const int MostBytes = 1024 * 1024;

    /// <summary>Bytes of all logs; null before the agent was started.</summary>
    public static long? BytesOf(DispatchInstance instance) => instance.AgentLogs() is { Count: > 0 } logs ? logs.Sum(path => new FileInfo(path).Length) : null;

    /// <summary>When the agent last put something out; null when it has not.</summary>
    public static DateTimeOffset? LastOutputAt(DispatchInstance instance) =>
        instance.AgentLogs().Select(path => new FileInfo(path)).Where(file => file is { Exists: true, Length: > 0 }).Max(file => (DateTimeOffset?)file.LastWriteTimeUtc);

    /// <summary>The last lines of a file, of its last MiB at most; empty when it is not there.</summary>
    public static IReadOnlyList<string> Tail(string path, int lines)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(-Math.Min(stream.Length, MostBytes), SeekOrigin.End);
        var bytes = new byte[MostBytes];
        var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        return [.. text.TrimEnd('\n').Split('\n').Where((line, index) => index > 0 || line.Length > 0).TakeLast(lines)];
    }
}
