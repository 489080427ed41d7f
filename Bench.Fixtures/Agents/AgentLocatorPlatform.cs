using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Bench.Fixtures.Agents;

/// <summary>What decides which build of an agent runs on a machine.</summary>
public sealed record AgentLocatorPlatform
{
    /// <summary><c>linux</c>, <c>darwin</c> or <c>windows</c>.</summary>
    public required string System { get; init; }

    /// <summary><c>x64</c> or <c>arm64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>A Linux with musl instead of glibc, e.g. Alpine.</summary>
    public bool IsMusl { get; init; }

    /// <summary>The processor knows AVX2; without it only the baseline builds run. Meaningless on arm64.</summary>
    public bool HasAvx2 { get; init; } = true;

    /// <summary><c>.exe</c> on Windows, else empty.</summary>
    public string ExecutableSuffix => System == "windows" ? ".exe" : "";

    /// <summary>This machine.</summary>
    public static AgentLocatorPlatform Current { get; } = new()
    {
        System = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux",
        Architecture = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
        IsMusl = RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal),
        HasAvx2 = OperatingSystem.IsLinux() && File.Exists("/proc/cpuinfo") ? SaysAvx2(File.ReadLines("/proc/cpuinfo")) : Avx2.IsSupported,
    };

    /// <summary>Whether the lines of <c>/proc/cpuinfo</c> list AVX2; agents' own installers ask the same file.</summary>
    internal static bool SaysAvx2(IEnumerable<string> cpuInfo) =>
        cpuInfo.Any(line => line.StartsWith("flags", StringComparison.Ordinal) && line.Split(' ').Contains("avx2"));
}
