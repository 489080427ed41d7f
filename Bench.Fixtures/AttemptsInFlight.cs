namespace Bench.Fixtures;

/// <summary>Counts the attempts of a run that are in flight at once.</summary>
internal sealed class AttemptsInFlight
{
    private readonly Lock gate = new();
    private readonly List<Span> open = [];

    /// <summary>An attempt begins; dispose what is given when it has ended.</summary>
    public Span Begin()
    {
        var span = new Span(this);
        lock (gate)
        {
            open.Add(span);
            open.ForEach(other => other.Most = Math.Max(other.Most, open.Count));
        }

        return span;
    }

    /// <summary>Bench stood still: every attempt in flight was not watched meanwhile.</summary>
    public void NoteStandstill(TimeSpan time)
    {
        lock (gate)
        {
            open.ForEach(span => span.StoodStill += time);
        }
    }

    /// <summary>One attempt.</summary>
    internal sealed class Span(AttemptsInFlight all) : IDisposable
    {
        /// <summary>The most that were in flight at once while this one was, itself included.</summary>
        public int Most { get; set; }

        /// <summary>How long Bench stood still while this one was in flight.</summary>
        public TimeSpan StoodStill { get; set; }

        /// <inheritdoc />
        public void Dispose()
        {
            lock (all.gate)
            {
                all.open.Remove(this);
            }
        }
    }
}
