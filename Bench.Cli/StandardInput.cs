using System.Globalization;

namespace Bench.Cli;

/// <summary>
/// Standard input as bytes. When the caller has closed it (<c>&lt;&amp;-</c>), the runtime has its number for something of its own by now, and a read of that
/// never ends: it is refused.
/// </summary>
internal static class StandardInput
{
    private const string Facts = "/proc/self/fdinfo/0";
    private const int CloseOnExec = 0x80000;

    /// <summary>Opens it.</summary>
    /// <exception cref="BenchUsageException">It is closed.</exception>
    public static Stream Open() => IsClosed()
        ? throw new BenchUsageException("Standard input is closed, there is nothing to read. Give it a file, a pipe or /dev/null: dotnet bench redact < agent.log")
        : Console.OpenStandardInput();

    /// <summary>What a descriptor's facts of Linux say of where it comes from: one that came with the program's start is not closed by such a start.</summary>
    internal static bool IsOwn(IEnumerable<string> facts) => facts
        .Where(line => line.StartsWith("flags:", StringComparison.Ordinal))
        .Any(line => (Octal(line["flags:".Length..].Trim()) & CloseOnExec) != 0);

    private static bool IsClosed()
    {
        try
        {
            return OperatingSystem.IsLinux() && Directory.Exists("/proc/self/fdinfo") && (!File.Exists(Facts) || IsOwn(File.ReadLines(Facts)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long Octal(string digits) => digits.Aggregate(0L, (sum, digit) => (sum * 8) + CharUnicodeInfo.GetDecimalDigitValue(digit));
}
