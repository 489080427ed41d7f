namespace Bench.Fixtures.Reporting;

/// <summary>
/// Tells who shows the progress of a run: the logger in vstest.console through a <see cref="RunNote"/>, or, when the executable
/// was started by a person, this process itself.
/// </summary>
public sealed class RunAnnouncement : IDisposable
{
    private readonly RunWatcher? watcher;
    private readonly TextWriter? screen;
    private readonly string? ownNote;

    private RunAnnouncement(RunWatcher? watcher, TextWriter? screen, string? ownNote)
    {
        this.watcher = watcher;
        this.screen = screen;
        this.ownNote = ownNote;
    }

    /// <summary>This process shows the run itself: nobody stands between it and the person who started it.</summary>
    /// <remarks>Under an adapter standard output is its protocol.</remarks>
    public static bool IsOwnScreen =>
        System.Environment.GetEnvironmentVariable(RunNote.PathVariable) is not { Length: > 0 } && !System.Environment.GetCommandLineArgs().Any(a => a is "@@" or "-automated");

    /// <summary>Tells the logger which folder is about to be made, so that it can finish a run that dies before it is announced. That it cannot be told ends no run.</summary>
    public static void Prepare(RunNote note)
    {
        if (System.Environment.GetEnvironmentVariable(RunNote.PathVariable) is { Length: > 0 } path)
        {
            note.TryWrite(path);
        }
    }

    /// <summary>Announces a run whose folder is there.</summary>
    public static RunAnnouncement Make(RunNote note)
    {
        if (System.Environment.GetEnvironmentVariable(RunNote.PathVariable) is { Length: > 0 } path)
        {
            note.TryWrite(path);
            return new RunAnnouncement(null, null, null);
        }

        if (!IsOwnScreen)
        {
            return new RunAnnouncement(null, null, null);
        }

        var own = Path.Combine(Path.GetTempPath(), $"bench-run-{System.Environment.ProcessId}.json");
        if (!note.TryWrite(own))
        {
            return new RunAnnouncement(null, null, null);
        }

        // Not the console's own writer: it has a lock, and a screen that takes nothing would hold everybody who writes a line.
        var screen = new StreamWriter(Console.OpenStandardOutput(), Console.OutputEncoding) { AutoFlush = true };
        var watcher = new RunWatcher(own, screen);
        watcher.Start();
        return new RunAnnouncement(watcher, screen, own);
    }

    /// <summary>Prints the last lines and the ending, where this process shows the progress; does nothing where the logger does.</summary>
    public void End(Action<TextWriter> printEnding)
    {
        if (watcher is not null)
        {
            watcher.Finish();
            printEnding(screen!);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        watcher?.Dispose();
        if (ownNote is not null)
        {
            File.Delete(ownNote);
        }
    }
}
