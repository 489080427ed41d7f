using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace Bench.Fixtures.Tests;

/// <summary>A folder of one test's own below the system's temporary folder, deleted at the end.</summary>
public sealed class TestFolder : IDisposable
{
    /// <summary>Creates the folder; its name is unique.</summary>
    public TestFolder()
    {
        Path = Directory.CreateTempSubdirectory("bench-test-").FullName;
    }

    /// <summary>The absolute path of the folder.</summary>
    public string Path { get; }

    /// <summary>The root of the repository that this test assembly was built from.</summary>
    public static string RepositoryRoot { get; } = System.IO.Path.GetFullPath(
        typeof(TestFolder).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Bench.RepositoryRoot").Value!);

    /// <summary>The command line tool, for tests that start it as a process: the copy beside the tests is instrumented when coverage is taken, and may die of that at its end.</summary>
    public static string Tool { get; } = System.IO.Path.Combine(RepositoryRoot, "Bench.Cli", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "dotnet-bench.dll");

    /// <summary>The path of a file or folder below this folder.</summary>
    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Writes a file below this folder, with its parent folders, and returns its path.</summary>
    public string Write(string relativePath, string text)
    {
        var path = At(relativePath);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Writes a file that the test will execute, with its parent folders and the right to run, and returns its path.</summary>
    /// <remarks>
    /// By another process: what this one has open for writing, a child that a parallel test starts at that moment has too until it has become its program,
    /// and the kernel refuses to execute such a file ("Text file busy").
    /// </remarks>
    public static string WriteProgram(string path, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        if (OperatingSystem.IsWindows())
        {
            File.WriteAllText(path, text);
            return path;
        }

        using var writer = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "cat > \"$1\" && chmod 755 \"$1\"", "sh", path])
        {
            RedirectStandardInput = true,
            StandardInputEncoding = new UTF8Encoding(false),
        })!;
        writer.StandardInput.Write(text);
        writer.StandardInput.Close();
        writer.WaitForExit();
        Assert.Equal(0, writer.ExitCode);
        return path;
    }

    /// <summary>The time limit of a test that starts a process or waits, in milliseconds.</summary>
    public const int TimeoutMs = 180_000;

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
