using Bench.Fixtures.Records;

namespace Bench.Fixtures.Reporting;

/// <summary>Prints a line for each job of a run the moment it ends, and for each provider that is paused, from another process than the one that runs it.</summary>
/// <param name="notePath">Where the test process writes its <see cref="RunNote"/>.</param>
/// <param name="output">Where the lines go.</param>
/// <param name="clock">Paces the looking.</param>
public sealed class RunWatcher(string notePath, TextWriter output, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Lock gate = new();
    private JournalFollower? follower;
    private ITimer? timer;
    private int finished;

    /// <summary>The run; null until the test process is about to open one.</summary>
    public RunNote? Note { get; private set; }

    /// <summary>Begins to look.</summary>
    public void Start() => timer = clock.CreateTimer(_ => Look(), null, Interval, Interval);

    /// <summary>Prints what is new; called once more at the end, nothing is missed.</summary>
    public void Look()
    {
        lock (gate)
        {
            if (Note is not { IsOpen: true } && RunNote.TryRead(notePath) is { } read)
            {
                Note = read;
            }

            if (follower is null && Note is { IsOpen: true } note)
            {
                follower = new JournalFollower(new RunFolder(note.RunFolder).Journal, note.JournalOffset);
                finished = note.Finished;
                output.WriteLine($"Bench: {note.JobCount} {(note.JobCount == 1 ? "job" : "jobs")}, run folder {note.RunFolder}");
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
    }

    /// <inheritdoc />
    public void Dispose() => timer?.Dispose();
}
