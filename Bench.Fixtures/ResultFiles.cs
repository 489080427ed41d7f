using System.Globalization;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures;

/// <summary>Adds the result files of the settings to the arguments of the test executable: xunit's own writers, which VSTest does not reach.</summary>
public static class ResultFiles
{
    // VSTest gives its arguments in a response file, and starts the executable for facts and discovery as well.
    private const string ResponseFile = "@@";
    private const string JUnit = "-result-junit";

    private static readonly string[] NoRun = ["-assemblyInfo", "-list", "-?", "-h", "--help"];

    /// <summary>The arguments with those of the result files; as they were when no tests run, no file is set, or one is named already.</summary>
    public static string[] AddTo(string[] arguments) => AddTo(arguments, JUnitFile);

    /// <summary>The arguments with those of a result file, whose path is only asked for when tests run.</summary>
    internal static string[] AddTo(string[] arguments, Func<string?> junitFile)
    {
        var given = arguments is [ResponseFile, var file] ? File.ReadAllLines(file) : arguments;
        return !given.Any(argument => NoRun.Contains(argument, StringComparer.OrdinalIgnoreCase) || argument.Equals(JUnit, StringComparison.OrdinalIgnoreCase)) && junitFile() is { } path
            ? [.. given, JUnit, path]
            : arguments;
    }

    /// <summary>Whether the result files can be written.</summary>
    /// <exception cref="BenchUsageException">One cannot.</exception>
    internal static void Check(BenchSettings settings)
    {
        try
        {
            if (settings.JUnitFile is { } path)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                using var probe = new FileStream($"{path}.{Guid.NewGuid():N}", FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new BenchUsageException($"JUnitFile is '{settings.JUnitFile}', but cannot be written: {problem.Message} Correct JUnitFile in bench.json, BENCH__JUnitFile or -p:BenchJUnitFile, or the rights of its folder.");
        }
    }

    // Null also where the run itself will say what is wrong.
    private static string? JUnitFile()
    {
        try
        {
            return SettingsReader.JUnitFileOf(BenchInputs.InputOfProcess()) is { } path ? Free(path) : null;
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>The path, or where an earlier run's file has that, <c>name-2.junit.xml</c>, …: made here and now, so that of two runs at once each has its own.</summary>
    internal static string Free(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        var name = Path.GetFileName(path);
        var dot = name.IndexOf('.', 1);
        dot = dot < 0 ? name.Length : dot;
        for (var number = 1; ; number++)
        {
            var candidate = number == 1 ? path : Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name[..dot]}-{number}{name[dot..]}"));
            try
            {
                new FileStream(candidate, FileMode.CreateNew, FileAccess.Write).Dispose();
                return candidate;
            }
            catch (IOException) when (Path.Exists(candidate))
            {
                // An earlier run's.
            }
        }
    }
}
