using Bench.Fixtures.Failures;

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
    internal static void Check(Settings.BenchSettings settings)
    {
        try
        {
            Prepare(settings.JUnitFile);
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
            return Prepare(BenchInputs.Read().Settings.JUnitFile);
        }
        catch (Exception problem) when (problem is BenchUsageException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Prepare(string? path)
    {
        if (path is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        }

        return path;
    }
}
