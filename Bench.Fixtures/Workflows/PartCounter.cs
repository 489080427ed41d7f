using System.Globalization;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.OpenCode;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Workflows;

/// <summary>Hands every line on, and counts the parts that <c>opencode run</c> prints, for telling what it lost of its session.</summary>
internal sealed class PartCounter(IOutputObserver inner) : IOutputObserver
{
    /// <summary>How a session's parts are called on standard output.</summary>
    private static readonly (string Part, string Event)[] Names =
    [
        ("step-start", "step_start"), ("reasoning", "reasoning"), ("text", "text"), ("tool", "tool_use"), ("step-finish", "step_finish"),
    ];

    private readonly Lock gate = new();
    private readonly Dictionary<string, int> printed = [];

    public void OnLine(in OutputLine line)
    {
        inner.OnLine(line);
        if (line.Channel != OutputChannel.Stdout)
        {
            return;
        }

        using var document = JsonEvents.Parse(line, out _, out _);
        if (document?.RootElement.Text("type") is { } type)
        {
            lock (gate)
            {
                printed[type] = printed.GetValueOrDefault(type) + 1;
            }
        }
    }

    /// <summary>What the session's messages have and the output has not, e.g. <c>1 of 2 text, 1 of 1 step_finish</c>; empty when nothing is missing.</summary>
    public string Missing(IReadOnlyList<OpenCodeMessage> messages)
    {
        var parts = messages.Where(m => m.IsAssistant).SelectMany(m => m.PartTypes).CountBy(type => type).ToDictionary();
        lock (gate)
        {
            var lost = from name in Names
                       let expected = parts.GetValueOrDefault(name.Part)
                       let seen = printed.GetValueOrDefault(name.Event)
                       where seen < expected
                       select string.Create(CultureInfo.InvariantCulture, $"{expected - seen} of {expected} {name.Event}");
            return string.Join(", ", lost);
        }
    }
}
