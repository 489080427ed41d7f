using System.Text;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Agents;

/// <summary>Feeds a reader lines as a process would; the timestamps are 1, 2, 3, …</summary>
internal static class ReaderFeed
{
    public static AgentReading Read(IAgentReader reader, params string[] stdout)
    {
        Feed(reader, OutputChannel.Stdout, 1, stdout);
        return reader.Read();
    }

    public static void Feed(IAgentReader reader, OutputChannel channel, long firstTimestamp, params string[] lines)
    {
        foreach (var (index, line) in lines.Index())
        {
            reader.OnLine(new OutputLine(channel, firstTimestamp + index, Encoding.UTF8.GetBytes(line), IsTruncated: false));
        }
    }
}
