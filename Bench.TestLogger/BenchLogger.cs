using System.Globalization;
using Bench.Fixtures;
using Bench.Fixtures.Records;
using Bench.Fixtures.Reporting;
using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Client;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Logging;

namespace Bench.TestLogger;

/// <summary>
/// The VSTest logger <c>bench</c>. It lives in vstest.console, so it outlives the test process: it prints a line per finished job,
/// finishes the folder of a run whose process died, and prints the table and the path of the run folder, or why there is none.
/// </summary>
[FriendlyName("bench")]
[ExtensionUri("logger://bench/v1")]
public sealed class BenchLogger : ITestLoggerWithParameters
{
    private readonly List<string> failedTests = [];
    private readonly List<string> hostErrors = [];

    /// <inheritdoc />
    public void Initialize(TestLoggerEvents events, string testRunDirectory) =>
        Initialize(events, new Dictionary<string, string?> { [DefaultLoggerParameterNames.TestRunDirectory] = testRunDirectory });

    /// <inheritdoc />
    public void Initialize(TestLoggerEvents events, Dictionary<string, string?> parameters)
    {
        var notePath = NotePath(parameters.GetValueOrDefault(DefaultLoggerParameterNames.TestRunDirectory));

        // The test host and the test executable inherit it.
        Environment.SetEnvironmentVariable(RunNote.PathVariable, notePath);
        var watcher = new RunWatcher(notePath, Console.Out);
        watcher.Start();
        events.TestResult += (_, test) => Keep(failedTests, test.Result.Outcome == TestOutcome.Failed ? $"{test.Result.DisplayName}: {TextOf(test.Result.ErrorMessage)}" : null);
        events.TestRunMessage += (_, message) => Keep(hostErrors, message.Level == TestMessageLevel.Error ? message.Message : null);
        events.TestRunComplete += (_, _) => Finish(watcher, notePath);
    }

    // Where the folder of the results cannot be written, another place serves as well: the note lives as long as the run.
    private static string NotePath(string? directory)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $".bench-run-{Environment.ProcessId}.json");
        foreach (var folder in new[] { directory, Path.GetTempPath() }.OfType<string>())
        {
            try
            {
                Directory.CreateDirectory(folder);
                var path = Path.Combine(folder, name);

                // A killed process with this id may have left one.
                File.WriteAllText(path, "");
                File.Delete(path);
                return path;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // The next one.
            }
        }

        return Path.Combine(Path.GetTempPath(), name);
    }

    private static void Keep(List<string> list, string? text)
    {
        if (text is not null)
        {
            lock (list)
            {
                list.Add(text.Trim());
            }
        }
    }

    // A caller's mistake is told in sentences; its type says nothing more.
    private static string TextOf(string? message) => (message ?? "").Replace($"{typeof(BenchUsageException).FullName} : ", "", StringComparison.Ordinal);

    private void Finish(RunWatcher watcher, string notePath)
    {
        watcher.Finish();
        Delete(notePath);
        if (watcher.Note is { } note && (note.IsOpen || RunEnding.IsOf(note)))
        {
            RunEnding.Print(new RunFolder(note.RunFolder), Console.Out);
            return;
        }

        // The host says of every failed test that it failed, too.
        RunEnding.PrintUnopened(Copy(failedTests) is { Length: > 0 } failed ? failed : Copy(hostErrors), Console.Out);
    }

    private static string[] Copy(List<string> list)
    {
        lock (list)
        {
            return [.. list];
        }
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // A hidden file of a hundred bytes is left.
        }
    }
}
