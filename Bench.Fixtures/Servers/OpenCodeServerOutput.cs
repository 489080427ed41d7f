using System.Text;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Servers;

/// <summary>Sees what a starting server prints.</summary>
internal sealed class OpenCodeServerOutput : IOutputObserver
{
    private const string ListeningText = "opencode server listening on http://";
    private const int MaxTailLines = 5;

    private readonly Lock gate = new();
    private readonly TaskCompletionSource listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<string> tail = [];

    /// <summary>Completes when the server says that it listens. Before that, requests may never be answered.</summary>
    public Task Listening => listening.Task;

    /// <summary>The port was in use.</summary>
    public bool IsPortTaken { get; private set; }

    /// <summary>The last lines that are no ordinary log line.</summary>
    public string Tail
    {
        get
        {
            lock (gate)
            {
                return string.Join(" | ", tail);
            }
        }
    }

    /// <inheritdoc />
    public void OnLine(in OutputLine line)
    {
        if (line.Channel == OutputChannel.Stdout && line.Bytes.Span.StartsWith(Encoding.UTF8.GetBytes(ListeningText)))
        {
            listening.TrySetResult();
            return;
        }

        if (line.Bytes.Span.Trim(" \t\r"u8).IsEmpty || line.Bytes.Span.IndexOf("level=INFO"u8) >= 0)
        {
            return;
        }

        lock (gate)
        {
            IsPortTaken |= line.Bytes.Span.StartsWith("ServeError"u8);
            tail.Enqueue(Encoding.UTF8.GetString(line.Bytes.Span));
            if (tail.Count > MaxTailLines)
            {
                tail.Dequeue();
            }
        }
    }
}
