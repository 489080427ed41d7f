using System.Globalization;
using Bench.Fixtures;
using Bench.Fixtures.Records;
using Bench.Fixtures.Reporting;
using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Client;

namespace Bench.TestLogger;

/// <summary>
/// The VSTest logger <c>bench</c>. It lives in vstest.console, so it outlives the test process: it prints a line per finished job,
/// finishes the folder of a run whose process died, and prints the table and the path of the run folder.
/// </summary>
[FriendlyName("bench")]
[ExtensionUri("logger://bench/v1")]
public sealed class BenchLogger : ITestLoggerWithParameters
{
    /// <inheritdoc />
    public void Initialize(TestLoggerEvents events, string testRunDirectory) =>
        Initialize(events, new Dictionary<string, string?> { [DefaultLoggerParameterNames.TestRunDirectory] = testRunDirectory });

    /// <inheritdoc />
    public void Initialize(TestLoggerEvents events, Dictionary<string, string?> parameters)
    {
        var directory = parameters.GetValueOrDefault(DefaultLoggerParameterNames.TestRunDirectory) ?? Path.GetTempPath();
        Directory.CreateDirectory(directory);
        var notePath = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $".bench-run-{Environment.ProcessId}.json"));

        // A killed process with this id may have left one.
        File.Delete(notePath);

        // The test host and the test executable inherit it.
        Environment.SetEnvironmentVariable(RunNote.PathVariable, notePath);
        var watcher = new RunWatcher(notePath, Console.Out, TimeProvider.System);
        watcher.Start();
        events.TestRunComplete += (_, _) => Finish(watcher, notePath);
    }

    private static void Finish(RunWatcher watcher, string notePath)
    {
        watcher.Look();
        watcher.Dispose();
        File.Delete(notePath);
        if (watcher.Note is { } note && (note.IsOpen || RunEnding.IsOf(note)))
        {
            RunEnding.Print(new RunFolder(note.RunFolder), Console.Out);
        }
        else
        {
            Console.WriteLine("Bench: no run was opened and no job was executed; the message above says why.");
        }
    }
}
