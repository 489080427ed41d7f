using System.Runtime.InteropServices;
using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Settings;

namespace Bench.Cli.Dispatch;

/// <summary>How this program starts itself as a worker.</summary>
internal static class WorkerProgram
{
    /// <summary>The hidden subcommand.</summary>
    public const string Word = "work";

    /// <summary>The jobs of a folder, whose workers are this program with this environment.</summary>
    public static DispatchStore StoreOf(DispatchSettings settings, CliHost host) => new(settings, CommandOf(host), host.TimeProvider);

    // Started by 'dotnet run', as a tool or from a test: the program is the tool's assembly each time, and the host is the one whose runtime runs it.
    private static WorkerCommand CommandOf(CliHost host) => new()
    {
        FileName = DotnetHost(),
        Arguments = [host.Tool, "dispatch", Word],
        Environment = host.Environment,
    };

    // The runtime's folder is <root>/shared/Microsoft.NETCore.App/<version>/.
    private static string DotnetHost()
    {
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var besides = Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return File.Exists(besides) ? besides : Environment.ProcessPath!;
    }
}
