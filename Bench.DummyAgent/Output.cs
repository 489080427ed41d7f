using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Bench.DummyAgent;

/// <summary>Standard output without a buffer: each call is one write.</summary>
internal sealed class Output
{
    private const int BlockBytes = 64 * 1024;
    private readonly Stream stdout = Console.OpenStandardOutput();

    public void Raw(ReadOnlySpan<byte> bytes) => stdout.Write(bytes);

    public void Text(string text) => Raw(Encoding.UTF8.GetBytes(text));

    public void Line(string text) => Text(text + '\n');

    public static void Error(string text)
    {
        using var stderr = Console.OpenStandardError();
        stderr.Write(Encoding.UTF8.GetBytes(text + '\n'));
    }

    public void CopyInput()
    {
        using var stdin = Console.OpenStandardInput();
        stdin.CopyTo(stdout);
    }

    public void Lines(long count)
    {
        for (var line = 1L; line <= count; line++)
        {
            Line(string.Create(CultureInfo.InvariantCulture, $"line {line}"));
        }
    }

    /// <summary>On Linux the stopwatch reads CLOCK_MONOTONIC in nanoseconds.</summary>
    public void Stamp(string text)
    {
        var quoted = Json.Quote(text);
        var nanoseconds = (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));
        Line(string.Create(CultureInfo.InvariantCulture, $$"""{"monotonic_ns":{{nanoseconds}},"text":{{quoted}}}"""));
    }

    public void Split(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Raw(bytes.AsSpan(0, bytes.Length / 2));
        Thread.Sleep(20);
        Raw(bytes.AsSpan(bytes.Length / 2));
    }

    /// <summary>Prints exactly so many bytes, the last a line end.</summary>
    public void Fill(long count, long lineBytes)
    {
        var block = new byte[BlockBytes];
        Array.Fill(block, (byte)'x');
        for (var at = lineBytes - 1; at < BlockBytes; at += lineBytes)
        {
            block[at] = (byte)'\n';
        }

        for (var left = count - 1; left > 0; left -= BlockBytes)
        {
            Raw(block.AsSpan(0, (int)Math.Min(left, BlockBytes)));
        }

        Raw("\n"u8);
    }
}
