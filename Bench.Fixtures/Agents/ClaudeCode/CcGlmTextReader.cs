using System.Text;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Agents.ClaudeCode;

/// <summary>
/// Reads the plain text that a <c>cc-glm-headless</c> script prints: standard output is the answer. The text comes at the end only, so its
/// first line is a late first output, and there is no terminal event. Standard error, with its <c>LAUNCH_OK</c> line, is no output.
/// </summary>
public sealed class CcGlmTextReader : IAgentReader
{
    private const int MaxAnswerChars = 16 * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StringBuilder text = new();
    private AgentReading reading = new();

    /// <summary>Never completes: only the process's end says that the text is whole.</summary>
    public Task Ended => ended.Task;

    /// <inheritdoc />
    public void OnLine(in OutputLine line)
    {
        if (line.Channel != OutputChannel.Stdout)
        {
            return;
        }

        lock (gate)
        {
            Keep(line);
            if (!line.Bytes.Span.Trim(" \t\r"u8).IsEmpty)
            {
                reading = reading with
                {
                    FirstEventAt = reading.FirstEventAt ?? line.Timestamp,
                    FirstOutputAt = reading.FirstOutputAt ?? line.Timestamp,
                    LastOutputAt = line.Timestamp,
                };
            }
        }
    }

    /// <inheritdoc />
    public AgentReading Read()
    {
        lock (gate)
        {
            return reading with { Answer = text.ToString().TrimEnd('\n') };
        }
    }

    private void Keep(in OutputLine line)
    {
        if (line.IsTruncated || text.Length + line.Bytes.Length > MaxAnswerChars)
        {
            reading = reading with { ParserProblem = "The answer is too long to be read whole; it is in the log." };
            return;
        }

        text.Append(Encoding.UTF8.GetString(line.Bytes.Span)).Append('\n');
    }
}
