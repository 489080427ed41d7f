using Bench.Fixtures.Prompts;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Reporting;

/// <summary>
/// Prints a line for each job of a run the moment it ends, and for each provider that is paused, from another process than the one that runs it
/// or beside the run. One thread of its own looks and writes: a screen that takes nothing, as <c>| less</c> does, holds that thread and nobody
/// else, and what it cannot read or write never ends the process that it lives in.
/// </summary>
/// <param name="notePath">Where the test process writes its <see cref="RunNote"/>.</param>
/// <param name="output">Where the lines go. Its own lock, if it has one, is held while a line is taken: the screen of a process that runs jobs has none.</param>
public sealed class RunWatcher(string notePath, TextWriter output) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    // Not disposed: the thread may still be held by the screen then.
    private readonly ManualResetEventSlim stop = new();
    private JournalFollower? follower;
    private Thread? thread;
    private string? told;
    private int finished;

    /// <summary>The run; null until the test process is about to open one.</summary>
    public RunNote? Note { get; private set; }

    /// <summary>Begins to look.</summary>
    public void Start()
    {
        thread = new Thread(LookUntilStopped) { IsBackground = true, Name = "progress" };
        thread.Start();
    }

    /// <summary>Prints what is new, and looks no more: nothing is missed. Returns when the screen has taken it.</summary>
    public void Finish()
    {
        stop.Set();
        if (thread is not null)
        {
            thread.Join();
        }
        else
        {
            Look();
        }
    }

    /// <inheritdoc />
    public void Dispose() => stop.Set();

    private void LookUntilStopped()
    {
        bool last;
        do
        {
            last = stop.Wait(Interval);
            Look();
        }
        while (!last);
    }

    private void Look()
    {
        try
        {
            PrintNew();
        }
        catch (Exception problem)
        {
            // Only the lines are lost: the run goes on, and its folder has everything.
            Tell(problem.Message);
        }
    }

    private void PrintNew()
    {
        if (Note is not { IsOpen: true } && RunNote.TryRead(notePath) is { } read)
        {
            Note = read;
        }

        if (follower is null && Note is { IsOpen: true } note)
        {
            follower = new JournalFollower(new RunFolder(note.RunFolder).Journal, note.JournalOffset);
            finished = note.Finished;
            output.WriteLine($"Bench: {Counted.Of(note.JobCount, "job")}, profile {ProfileWords.Label(note.Profile)}, run folder {note.RunFolder}");
        }

        foreach (var news in follower?.ReadNew() ?? [])
        {
            output.WriteLine(news switch
            {
                { Record: { } record } => ProgressLine.Of(record, finished += record.FallbackFrom is null ? 1 : 0, Note!.JobCount, Note.IsSoak, news.Row),
                { Pause: { } pause } => ProgressLine.Of(pause),
                _ => $"Bench: {news.Notice}",
            });
        }
    }

    private void Tell(string problem)
    {
        try
        {
            if (told != problem)
            {
                told = problem;
                output.WriteLine($"Bench: the progress cannot be shown for now: {problem} The run goes on.");
            }
        }
        catch (Exception)
        {
            // The screen is what failed.
        }
    }
}
