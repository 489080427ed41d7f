using System.Buffers.Text;
using System.IO.Enumeration;
using System.Text;

namespace Bench.Fixtures.Processes;

/// <summary>One row of the process table. A pid may be reused; pid and start time together never are.</summary>
/// <param name="Pid">The process.</param>
/// <param name="Parent">Its parent now: 1, or a subreaper, when the one that made it has gone.</param>
/// <param name="Group">Its process group.</param>
/// <param name="Session">Its session.</param>
/// <param name="StartTicks">When it started, in clock ticks since boot.</param>
/// <param name="IsDead">It has exited, with every thread, and waits to be reaped.</param>
internal readonly record struct ProcEntry(int Pid, int Parent, int Group, int Session, long StartTicks, bool IsDead);

/// <summary>
/// Reads Linux's <c>/proc</c>. By system calls rather than File, because processes vanish and belong to others all the time,
/// and an exception for each would cost more than the whole scan (about 10 µs a process without).
/// </summary>
internal static unsafe partial class ProcTable
{
    private const int EnvironmentBytes = 8 * 1024;
    private const int LooksAtEmpty = 3;
    private const int StatFields = 21;
    private static readonly TimeSpan LongestExec = TimeSpan.FromMilliseconds(50);

    /// <summary>Every process that can be seen, in no order.</summary>
    internal static List<ProcEntry> ReadAll()
    {
        var entries = new List<ProcEntry>(256);
        var buffer = new byte[1024];
        foreach (var pid in Pids())
        {
            if (TryRead(pid, buffer, out var entry))
            {
                entries.Add(entry);
            }
        }

        return entries;
    }

    /// <summary>The row of one process; null when it has gone.</summary>
    internal static ProcEntry? Read(int pid) => TryRead(pid, new byte[1024], out var entry) ? entry : null;

    /// <summary>Whether a process is still the one of <paramref name="entry"/> and has not exited.</summary>
    internal static bool IsAlive(in ProcEntry entry) => Read(entry.Pid) is { IsDead: false } now && now.StartTicks == entry.StartTicks;

    /// <summary>Whether no process with this pid and start lives. False when it cannot be told: the table may not be readable for a moment.</summary>
    internal static bool IsGone(int pid, long startTicks) => Read(pid) is { } entry
        ? entry.IsDead || entry.StartTicks != startTicks
        : LibC.Kill(pid, 0) != 0 && System.Runtime.InteropServices.Marshal.GetLastPInvokeError() == LibC.Esrch;

    /// <summary>The pid given out last, to processes and threads alike; 0 when unknown.</summary>
    internal static int NewestPid()
    {
        var buffer = new byte[256];
        var length = ReadFile("/proc/loadavg"u8, ref buffer, canGrow: false);
        var text = buffer.AsSpan(0, length).TrimEnd((byte)'\n');
        return Utf8Parser.TryParse(text[(text.LastIndexOf((byte)' ') + 1)..], out int pid, out _) ? pid : 0;
    }

    /// <summary>Whether every one of the <c>NAME=value</c> entries is in the environment that the process was started with. False when it may not be read.</summary>
    internal static bool HasEnvironment(int pid, IReadOnlyList<byte[]> variables, ref byte[] buffer)
    {
        if (buffer.Length < EnvironmentBytes)
        {
            buffer = new byte[EnvironmentBytes];
        }

        var length = ReadEnvironment(pid, ref buffer);
        if (length <= 0)
        {
            return false;
        }

        foreach (var variable in variables)
        {
            if (!HasVariable(buffer.AsSpan(0, length), variable))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The value of a variable in the environment that the process was started with; null when it has none or may not be read.</summary>
    internal static string? VariableOf(int pid, ReadOnlySpan<byte> nameAndEquals, ref byte[] buffer)
    {
        if (buffer.Length < EnvironmentBytes)
        {
            buffer = new byte[EnvironmentBytes];
        }

        var length = ReadEnvironment(pid, ref buffer);
        foreach (var range in buffer.AsSpan(0, Math.Max(length, 0)).Split((byte)0))
        {
            var variable = buffer.AsSpan(range);
            if (variable.StartsWith(nameAndEquals))
            {
                return Encoding.UTF8.GetString(variable[nameAndEquals.Length..]);
            }
        }

        return null;
    }

    /// <summary>Whether the process counts its pids as this one does; one of another container does not. False when it may not be read.</summary>
    internal static bool IsInOwnNamespace(int pid) =>
        LinkTarget("/proc/self/ns/pid") is { Length: > 0 } own && LinkTarget(string.Create(null, $"/proc/{pid}/ns/pid")) == own;

    /// <summary>Whether the process has one of the files open, as <c>/proc/&lt;pid&gt;/fd</c> names them (<c>pipe:[123]</c>).</summary>
    internal static bool HoldsAny(int pid, IReadOnlyCollection<string> files)
    {
        try
        {
            var descriptors = new FileSystemEnumerable<string>(
                string.Create(null, $"/proc/{pid}/fd"), static (ref FileSystemEntry entry) => entry.ToFullPath(), new EnumerationOptions { AttributesToSkip = 0 });
            return descriptors.Any(descriptor => files.Contains(LinkTarget(descriptor)));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>What one of this process's own descriptors is, as <c>/proc/self/fd</c> names it.</summary>
    internal static string NameOfDescriptor(int fd) => LinkTarget(string.Create(null, $"/proc/self/fd/{fd}"));

    private static string LinkTarget(string path)
    {
        Span<byte> target = stackalloc byte[256];
        fixed (byte* pathPointer = Encoding.UTF8.GetBytes(path + '\0'), targetPointer = target)
        {
            var length = LibC.ReadLink(pathPointer, targetPointer, (nuint)target.Length);
            return length <= 0 ? "" : Encoding.UTF8.GetString(target[..(int)length]);
        }
    }

    private static FileSystemEnumerable<int> Pids() => Numbers("/proc");

    private static FileSystemEnumerable<int> Numbers(string folder) => new(
        folder, static (ref FileSystemEntry entry) => ParsePid(entry.FileName), new EnumerationOptions { AttributesToSkip = 0 })
    {
        ShouldIncludePredicate = static (ref FileSystemEntry entry) => ParsePid(entry.FileName) > 0,
    };

    private static int ParsePid(ReadOnlySpan<char> name) =>
        name.Length > 0 && char.IsAsciiDigit(name[0]) && int.TryParse(name, out var pid) ? pid : 0;

    private static bool TryRead(int pid, byte[] buffer, out ProcEntry entry)
    {
        Span<long> fields = stackalloc long[StatFields];
        var isRead = TryReadStat(pid, buffer, fields, out var state);
        entry = isRead ? EntryOf(pid, fields, IsDead(state, fields)) : default;
        return isRead;
    }

    private static ProcEntry EntryOf(int pid, ReadOnlySpan<long> fields, bool isDead) => new(pid, (int)fields[0], (int)fields[1], (int)fields[2], fields[18], isDead);

    private static bool TryReadStat(int pid, byte[] buffer, Span<long> fields, out byte state)
    {
        var length = ReadFile(PathOf(pid, "stat"), ref buffer, canGrow: false);
        return TryParseStat(buffer.AsSpan(0, Math.Max(length, 0)), fields, out state);
    }

    /// <summary>Reads <c>pid (name) state ppid pgrp session … starttime vsize rss</c>, the numbers after the state into <paramref name="fields"/>; the name may hold anything, also parentheses. See proc_pid_stat(5).</summary>
    private static bool TryParseStat(ReadOnlySpan<byte> stat, Span<long> fields, out byte state)
    {
        state = 0;
        var nameEnd = stat.LastIndexOf((byte)')');
        if (nameEnd < 0 || nameEnd + 4 > stat.Length)
        {
            return false;
        }

        state = stat[nameEnd + 2];
        var rest = stat[(nameEnd + 4)..];
        for (var field = 0; field < fields.Length; field++)
        {
            if (!Utf8Parser.TryParse(rest, out fields[field], out var consumed))
            {
                return false;
            }

            rest = rest[Math.Min(consumed + 1, rest.Length)..];
        }

        return true;
    }

    private static bool HasVariable(ReadOnlySpan<byte> environment, ReadOnlySpan<byte> variable)
    {
        for (var start = 0; start < environment.Length;)
        {
            var length = environment[start..].IndexOf((byte)0);
            length = length < 0 ? environment.Length - start : length;
            if (environment.Slice(start, length).SequenceEqual(variable))
            {
                return true;
            }

            start += length + 1;
        }

        return false;
    }

    private static byte[] PathOf(int pid, string file) => Encoding.ASCII.GetBytes(string.Create(null, $"/proc/{pid}/{file}\0"));

    /// <summary>The file's length, or -1 when it cannot be read; cut to the buffer unless that can grow.</summary>
    private static int ReadFile(ReadOnlySpan<byte> path, ref byte[] buffer, bool canGrow)
    {
        int fd;
        fixed (byte* pathPointer = path)
        {
            fd = LibC.Open(pathPointer, LibC.CloseOnExec);
        }

        if (fd < 0)
        {
            return -1;
        }

        var length = ReadToEnd(fd, ref buffer, canGrow);
        LibC.Close(ref fd);
        return length;
    }

    private static int ReadToEnd(int fd, ref byte[] buffer, bool canGrow)
    {
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (!canGrow)
                {
                    return length;
                }

                Array.Resize(ref buffer, buffer.Length * 2);
            }

            nint read;
            fixed (byte* pointer = &buffer[length])
            {
                read = LibC.Read(fd, pointer, (nuint)(buffer.Length - length));
            }

            if (read <= 0)
            {
                return read < 0 && length == 0 ? -1 : length;
            }

            length += (int)read;
        }
    }
}
