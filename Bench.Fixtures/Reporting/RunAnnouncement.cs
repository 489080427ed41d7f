namespace Bench.Fixtures.Reporting;

/// <summary>
/// Tells who shows the progress of a run: the logger in vstest.console through a <see cref="RunNote"/>, or, when the executable
/// was started by a person, this process itself.
/// </summary>
public sealed class RunAnnouncement : IDisposable
{
    private readonly RunWatcher? watcher;
    private readonly string? ownNote;

    private RunAnnouncement(RunWatcher? watcher, string? ownNote)
    {
        this.watcher = watcher;
        this.ownNote = ownNote;
    }

    /// <summary>Tells the logger which folder is about to be made, so that it can finish a run that dies before it is announced. That it cannot be told ends no run.</summary>
    public static void Prepare(RunNote note)
    {
        if (System.Environment.GetEnvironmentVariable(RunNote.PathVariable) is { Length: > 0 } path)
        {
            note.TryWrite(path);
        }
    }

    /// <summary>Announces a run whose folder is there.</summary>
    public static RunAnnouncement Make(RunNote note, TimeProvider clock)
    {
        if (System.Environment.GetEnvironmentVariable(RunNote.PathVariable) is { Length: > 0 } path)
        {
            note.TryWrite(path);
            return new RunAnnouncement(null, null);
        }

        // Under an adapter standard output is its protocol.
        if (System.Environment.GetCommandLineArgs().Any(a => a is "@@" or "-automated"))
        {
            return new RunAnnouncement(null, null);
        }

        var own = Path.Combine(Path.GetTempPath(), $"bench-run-{System.Environment.ProcessId}.json");
        if (!note.TryWrite(own))
        {
            return new RunAnnouncement(null, null);
        }

        var watcher = new RunWatcher(own, Console.Out, clock);
        watcher.Start();
        return new RunAnnouncement(watcher, own);
    }

    /// <summary>Prints the last lines and the ending, where this process shows the progress; does nothing where the logger does.</summary>
    public void End(Action<TextWriter> printEnding)
    {
        if (watcher is not null)
        {
            watcher.Look();
            printEnding(Console.Out);
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
