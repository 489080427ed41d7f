using System.Diagnostics.CodeAnalysis;
using Xunit.Runner.Common;
using Xunit.Runner.InProc.SystemConsole;
using Xunit.Sdk;
using Xunit.v3;

[assembly: RegisterRunnerReporter(typeof(DefaultRunnerReporter))]
[assembly: RegisterRunnerReporter(typeof(JsonReporter))]
[assembly: RegisterRunnerReporter(typeof(QuietReporter))]
[assembly: RegisterRunnerReporter(typeof(SilentReporter))]
[assembly: RegisterRunnerReporter(typeof(VerboseReporter))]
// Three at a time on two cores: most tests wait for a process or a socket.
[assembly: Parallelization(Mode = ParallelMode.All, MaxThreads = 3, Algorithm = ParallelAlgorithm.Conservative)]

namespace Bench.Fixtures.Tests;

/// <summary>The entry point that the xunit.v3 meta package would generate.</summary>
[ExcludeFromCodeCoverage]
internal static class EntryPoint
{
    public static int Main(string[] args) => ConsoleRunner.Run(args).GetAwaiter().GetResult();
}
