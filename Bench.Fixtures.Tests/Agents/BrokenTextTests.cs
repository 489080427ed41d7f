using System.Text;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.ClaudeCode;
using Bench.Fixtures.Agents.Gemini;
using Bench.Fixtures.Agents.OpenCode;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Tests.Agents.ClaudeCode;
using Bench.Fixtures.Tests.Agents.OpenCode;

namespace Bench.Fixtures.Tests.Agents;

/// <summary>Agents that cut an emoji in two print half of it: as an escape, or as bytes.</summary>
public sealed class BrokenTextTests
{
    private const string Mark = "<half>";

    public static TheoryData<string, byte[]> Halves { get; } = new()
    {
        { "escape", "\\ud83d"u8.ToArray() },
        { "bytes", [0xF0, 0x9F, 0x98] },
    };

    [Theory]
    [MemberData(nameof(Halves))]
    public void Claudes_answer_is_kept_with_the_replacement_character(string name, byte[] half) =>
        CheckAnswer(name, Read(new ClaudeStreamReader(), half, ClaudeLines.Init, ClaudeLines.Assistant(Mark), ClaudeLines.Result("PONG " + Mark)), mended: 2);

    [Theory]
    [MemberData(nameof(Halves))]
    public void OpenCodes_answer_is_kept_with_the_replacement_character(string name, byte[] half) =>
        CheckAnswer(name, Read(new OpenCodeStreamReader(), half, OpenCodeLines.StepStart(), OpenCodeLines.Text("PONG " + Mark), OpenCodeLines.StepFinish("stop")), mended: 1);

    [Theory]
    [MemberData(nameof(Halves))]
    public void Geminis_answer_is_kept_with_the_replacement_character(string name, byte[] half) => CheckAnswer(
        name,
        Read(
            new GeminiStreamReader(),
            half,
            """{"type":"tool_result","output":"<half>"}""",
            """{"type":"message","role":"assistant","content":"PONG <half>"}""",
            """{"type":"result","status":"success"}"""),
        mended: 2);

    [Fact]
    public void What_is_no_json_is_still_told()
    {
        var reading = Read(new GeminiStreamReader(), [0xFF], "<half> is no JSON");

        Assert.Equal("A line of standard output is not a JSON object: '\uFFFD is no JSON'", reading.ParserProblem);
    }

    private static void CheckAnswer(string name, AgentReading reading, int mended)
    {
        Assert.NotEmpty(name);
        Assert.Equal("PONG \uFFFD", reading.Answer);
        Assert.Equal((true, null, mended), (reading.TerminalIsSuccess, reading.ParserProblem, reading.MendedTexts));
    }

    private static AgentReading Read(IAgentReader reader, byte[] half, params string[] lines)
    {
        foreach (var (index, line) in lines.Index())
        {
            // The serializer of the sample lines escapes what HTML gives a meaning.
            var parts = line.Replace("\\u003C", "<", StringComparison.Ordinal).Replace("\\u003E", ">", StringComparison.Ordinal).Split(Mark).Select(Encoding.UTF8.GetBytes).ToList();
            byte[] bytes = [.. parts.SelectMany((part, place) => place == 0 ? part : [.. half, .. part])];
            reader.OnLine(new OutputLine(OutputChannel.Stdout, index + 1, bytes, IsTruncated: false));
        }

        return reader.Read();
    }
}
