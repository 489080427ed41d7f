using System.Diagnostics;
using System.Globalization;
using System.Text;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Tests.Redaction;

public sealed class PrecisionTests
{
    private const int Megabyte = 1_000_000;

    private readonly Redactor redactor = new(Enumerable.Range(0, 4).Select(i => new KnownSecret($"KEY_{i}", Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()) + ".AbCd")));

    [Fact]
    public void Ten_megabytes_of_ordinary_agent_output_pass_unchanged()
    {
        var text = OrdinaryOutput.Create(10 * Megabyte, seed: 1);
        using var inner = new MemoryStream(text.Length + 100);

        using (var stream = redactor.CreateStream(inner, leaveOpen: true))
        {
            stream.Write(text);
        }

        var redacted = inner.ToArray();
        Assert.True(text.AsSpan().SequenceEqual(redacted), FirstDifference(text, redacted));
    }

    [Fact]
    public void The_sources_of_this_repository_hold_no_secret()
    {
        var sources = Path.Combine(TestFolder.RepositoryRoot, "Bench.Fixtures");

        var hits = Directory.EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines).Where(line => !ReferenceEquals(line, redactor.Redact(line))).ToArray();

        Assert.Empty(hits);
    }

    /// <summary>Prints megabytes per second; run it alone, on a Release build.</summary>
    [Fact(Explicit = true)]
    public void Measure_throughput()
    {
        var text = OrdinaryOutput.Create(64 * Megabyte, seed: 2);
        var lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("2026-08-22T10:11:12Z INFO  compiled src/app/main.rs in 1.2 s, 17 warnings, 0 errors; next: run the unit tests\n", 580_000)));
        foreach (var (name, data) in new[] { ("agent output", text), ("plain log", lines) })
        {
            foreach (var chunk in new[] { 120, 4_096, 65_536 })
            {
                var best = Enumerable.Range(0, 5).Select(_ => Time(data, chunk)).Min();
                TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}, writes of {chunk} bytes: {data.Length / best.TotalSeconds / Megabyte:F0} MB/s"));
            }
        }
    }

    private TimeSpan Time(byte[] data, int chunk)
    {
        var start = Stopwatch.GetTimestamp();
        using (var stream = redactor.CreateStream(Stream.Null))
        {
            for (var at = 0; at < data.Length; at += chunk)
            {
                stream.Write(data.AsSpan(at, Math.Min(chunk, data.Length - at)));
            }
        }

        return Stopwatch.GetElapsedTime(start);
    }

    private static string FirstDifference(byte[] expected, byte[] actual)
    {
        var at = expected.AsSpan().CommonPrefixLength(actual);
        var from = Math.Max(0, at - 200);
        return Encoding.UTF8.GetString(actual, from, Math.Min(400, actual.Length - from));
    }
}
