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

    private static string? JUnitFile()
    {
        try
        {
            if (BenchInputs.Read().Settings.JUnitFile is not { } path)
            {
                return null;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return path;
        }
        catch (BenchUsageException)
        {
            // The tests themselves say it.
            return null;
        }
    }
}
