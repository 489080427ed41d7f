using System.Text;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Processes;

public sealed class LineSplitterTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a")]
    [InlineData("a\n", "a")]
    [InlineData("a\n\nb\n", "a||b")]
    [InlineData("a\r\nb\r\n", "a|b")]
    [InlineData("10%\r20%\r\n", "10%\r20%")]
    [InlineData("end\r", "end\r")]
    [InlineData("\n", "")]
    public void Lines_are_the_same_however_the_bytes_arrive(string text, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);

        for (var chunk = 1; chunk <= bytes.Length + 1; chunk++)
        {
            var lines = Split(bytes, chunk, maxLineBytes: 100);

            Assert.Equal(expected, string.Join('|', lines.Select(line => line.Text)));
            Assert.Equal(text.Count(c => c == '\n') + (text.Length == 0 || text.EndsWith('\n') ? 0 : 1), lines.Count);
            Assert.DoesNotContain(lines, line => line.IsTruncated);
        }
    }

    [Theory]
    [InlineData("12345\n", "12345", false)]
    [InlineData("12345\r\n", "12345", false)]
    [InlineData("12345", "12345", false)]
    [InlineData("123456\n", "12345", true)]
    [InlineData("123456\r\n", "12345", true)]
    [InlineData("123456789\nab\n", "12345|ab", true)]
    [InlineData("12345\r6\n", "12345", true)]
    public void A_line_beyond_the_limit_is_cut(string text, string expected, bool firstIsTruncated)
    {
        var bytes = Encoding.UTF8.GetBytes(text);

        for (var chunk = 1; chunk <= bytes.Length; chunk++)
        {
            var lines = Split(bytes, chunk, maxLineBytes: 5);

            Assert.Equal(expected, string.Join('|', lines.Select(line => line.Text)));
            Assert.Equal(firstIsTruncated, lines[0].IsTruncated);
            Assert.DoesNotContain(lines.Skip(1), line => line.IsTruncated);
        }
    }

    [Fact]
    public void A_line_has_the_stamp_of_the_chunk_that_began_it()
    {
        var lines = Split("ab\ncd\n"u8.ToArray(), 2, maxLineBytes: 100);

        // Chunks: "ab" at 1, "\nc" at 2, "d\n" at 3.
        Assert.Equal([1, 2], lines.Select(line => line.Timestamp));
    }

    private static List<(string Text, long Timestamp, bool IsTruncated)> Split(byte[] bytes, int chunk, int maxLineBytes)
    {
        var keeper = new Keeper();
        var splitter = new LineSplitter(OutputChannel.Stdout, maxLineBytes, keeper);
        var timestamp = 0;
        foreach (var part in bytes.Chunk(chunk))
        {
            splitter.Add(part, ++timestamp);
        }

        splitter.Complete();
        return keeper.Lines;
    }

    private sealed class Keeper : IOutputObserver
    {
        public List<(string Text, long Timestamp, bool IsTruncated)> Lines { get; } = [];

        public void OnLine(in OutputLine line) => Lines.Add((Encoding.UTF8.GetString(line.Bytes.Span), line.Timestamp, line.IsTruncated));
    }
}
