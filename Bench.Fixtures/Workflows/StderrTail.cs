using System.Text;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Workflows;

/// <summary>Hands every line on, and keeps the last ones of standard error: programs say there what they died of.</summary>
internal sealed class StderrTail(IOutputObserver inner) : IOutputObserver
{
    /// <summary>The most lines that are kept.</summary>
    public const int MaxLines = 20;

    private const int MaxLineBytes = 2048;

    private readonly Lock gate = new();
    private readonly Queue<string> lines = new();

    /// <summary>The last lines, oldest first; not redacted.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (gate)
            {
                return [.. lines];
            }
        }
    }

    public void OnLine(in OutputLine line)
    {
        if (line.Channel == OutputChannel.Stderr && !line.Bytes.Span.Trim(" \t\r"u8).IsEmpty)
        {
            var text = Encoding.UTF8.GetString(line.Bytes.Span[..Math.Min(line.Bytes.Length, MaxLineBytes)]);
            lock (gate)
            {
                lines.Enqueue(text);
                if (lines.Count > MaxLines)
                {
                    lines.Dequeue();
                }
            }
        }

        inner.OnLine(line);
    }
}
