using Bench.Fixtures.Agents.ClaudeCode;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Agents.ClaudeCode;

public sealed class CcGlmTextReaderTests
{
    [Fact]
    public void The_launch_line_on_standard_error_is_neither_output_nor_answer()
    {
        var reader = new CcGlmTextReader();

        ReaderFeed.Feed(reader, OutputChannel.Stderr, 1, "[cc-glm-headless] LAUNCH_OK ts=2026-02-18T04:55:00Z model=glm-5 auth_source=env pid=42");
        ReaderFeed.Feed(reader, OutputChannel.Stdout, 5, "", "PONG", "zwei");
        var reading = reader.Read();

        Assert.Equal("\nPONG\nzwei", reading.Answer);
        Assert.Equal((6, 6, 7), (reading.FirstEventAt, reading.FirstOutputAt, reading.LastOutputAt));
        Assert.Null(reading.TerminalAt);
        Assert.False(reader.Ended.IsCompleted);
    }

    [Fact]
    public void An_answer_that_was_cut_is_told()
    {
        var reader = new CcGlmTextReader();

        reader.OnLine(new OutputLine(OutputChannel.Stdout, 1, "PONG"u8.ToArray(), IsTruncated: true));

        Assert.NotNull(reader.Read().ParserProblem);
    }
}
