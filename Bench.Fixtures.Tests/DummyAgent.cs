using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests;

/// <summary>The real executable that misbehaves on command; its steps are listed in Bench.DummyAgent/Script.cs.</summary>
public static class DummyAgent
{
    /// <summary>Absolute path of the executable, beside the test assembly.</summary>
    public static string Path { get; } = System.IO.Path.Combine(
        AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Bench.DummyAgent.exe" : "Bench.DummyAgent");

    /// <summary>What the executable needs to start; nothing else is inherited. Without diagnostics, whose files a killed process leaves in the temporary folder.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new[] { "PATH", "DOTNET_ROOT", "SystemRoot" }
        .Select(name => KeyValuePair.Create(name, System.Environment.GetEnvironmentVariable(name)))
        .Where(pair => pair.Value is not null)
        .Append(new("DOTNET_EnableDiagnostics", "0"))
        .ToDictionary(pair => pair.Key, pair => pair.Value!);

    /// <summary>A command that runs the steps in the system's temporary folder.</summary>
    public static ProcessSpec Spec(params string[] steps) => new()
    {
        FileName = Path,
        Arguments = steps,
        WorkingDirectory = System.IO.Path.GetTempPath(),
        Environment = Environment,
    };
}
