using System.Text;
using System.Text.Json;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Processes;

public sealed class BoundedLogTests : IDisposable
{
    private const int Most = BoundedLog.LeastBytes;

    private readonly TestFolder folder = new();

    private string Path => folder.At("a.log");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Most / 2)]
    [InlineData(Most)]
    public void A_log_within_the_limit_is_what_was_written(int length)
    {
        var bytes = BytesOf(length);

        Write(bytes, chunk: 1000);

        Assert.Equal(bytes, File.ReadAllBytes(Path));
    }

    [Theory]
    [InlineData(Most + 1, 1000)]
    [InlineData(Most + 1, Most + 1)]
    [InlineData((2 * Most) + 17, 1)]
    [InlineData(10 * Most, 999)]
    [InlineData(10 * Most, 3 * Most)]
    public void Of_more_the_beginning_and_the_end_stay_and_a_line_says_how_much_was_left_out(int length, int chunk)
    {
        var bytes = BytesOf(length);

        Write(bytes, chunk);

        var log = File.ReadAllBytes(Path);
        var (mark, start, end) = MarkIn(log);
        Assert.Equal(Most, log.Length);
        Assert.Equal(bytes[..start], log[..start]);
        Assert.Equal(bytes[^(log.Length - end)..], log[end..]);
        Assert.Equal((length - start - (log.Length - end), end), (mark.GetProperty("left_out_bytes").GetInt32(), mark.GetProperty("goes_on_at_byte").GetInt32()));
        Assert.Equal([Path], Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData(Most + 1, 1000)]
    [InlineData(10 * Most, 999)]
    public void A_log_that_was_never_closed_says_where_its_end_goes_on(int length, int chunk)
    {
        var bytes = BytesOf(length);
        using var log = BoundedLog.Open(Path, Most);

        foreach (var part in bytes.Chunk(chunk))
        {
            log.Write(part);
        }

        var left = Read();
        var (mark, start, end) = MarkIn(left);
        var oldest = mark.GetProperty("goes_on_at_byte").GetInt32();
        Assert.Equal(Most, left.Length);
        Assert.Equal(bytes[..start], left[..start]);
        Assert.Equal(bytes[^(left.Length - end)..], left[oldest..].Concat(left[end..oldest]));
    }

    [Fact]
    public void What_an_earlier_process_left_stays()
    {
        var earlier = BytesOf(Most + 5);
        File.WriteAllBytes(Path, earlier);

        Write(BytesOf(10 * Most), chunk: 5000);

        Assert.Equal(earlier, File.ReadAllBytes(Path)[..earlier.Length]);
        Assert.InRange(new FileInfo(Path).Length, Most, 3 * Most);
    }

    private void Write(byte[] bytes, int chunk)
    {
        using var log = BoundedLog.Open(Path, Most);
        foreach (var part in bytes.Chunk(chunk))
        {
            log.Write(part);
        }
    }

    // It is being written.
    private byte[] Read()
    {
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static (JsonElement Mark, int Start, int End) MarkIn(byte[] log)
    {
        var start = log.AsSpan().IndexOf(Encoding.ASCII.GetBytes("\n{\"bench\""));
        var end = start + 1 + log.AsSpan(start + 1).IndexOf((byte)'\n') + 1;
        return (JsonDocument.Parse(log.AsMemory(start, end - start)).RootElement, start, end);
    }

    // No two places look alike.
    private static byte[] BytesOf(int length)
    {
        var text = new StringBuilder(length + 10);
        for (var i = 0; text.Length < length; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{i},");
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }
}
