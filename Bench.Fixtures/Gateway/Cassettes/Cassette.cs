using System.Security.Cryptography;
using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Gateway.Cassettes;

/// <summary>Recorded model requests and their answers, in memory. Immutable and safe to share. See docs/formats/cassette.md.</summary>
public sealed class Cassette
{
    private readonly Dictionary<string, CassetteExchange[]> byJob;

    private Cassette(string path, string sha256, CassetteHeader header, bool isCutOff, IReadOnlyList<CassetteExchange> exchanges)
    {
        Path = path;
        Sha256 = sha256;
        Header = header;
        IsCutOff = isCutOff;
        Exchanges = exchanges;
        byJob = exchanges.GroupBy(e => e.Job, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
    }

    /// <summary>The absolute path that it was read from.</summary>
    public string Path { get; }

    /// <summary>SHA-256 of the file, lower-case hexadecimal.</summary>
    public string Sha256 { get; }

    /// <summary>Where the exchanges come from.</summary>
    public CassetteHeader Header { get; }

    /// <summary>The recorder was killed while it wrote the last line; that line is left out.</summary>
    public bool IsCutOff { get; }

    /// <summary>In the order in which they ended.</summary>
    public IReadOnlyList<CassetteExchange> Exchanges { get; }

    /// <summary>The models that were asked for, sorted.</summary>
    public IReadOnlyList<string> Models => [.. Exchanges.Select(e => e.Model).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Reads a cassette.</summary>
    /// <param name="path">The absolute path.</param>
    /// <exception cref="BenchUsageException">The file cannot be read or is no cassette; names all problems of it. A cut last line is none.</exception>
    public static Cassette Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BenchUsageException($"The cassette '{path}' cannot be read: {exception.Message} Name another with Gateway:Cassette, or record one with Gateway:RecordTo.");
        }

        var problems = new List<string>();
        var reader = new CassetteReader(path, problems);
        reader.Read(bytes);
        return problems.Count == 0
            ? new Cassette(path, Convert.ToHexStringLower(SHA256.HashData(bytes)), reader.Header!, reader.IsCutOff, reader.Exchanges)
            : throw new BenchUsageException(problems);
    }

    /// <summary>
    /// What a job asked in an attempt. Attempts beyond the recorded ones ask what the last recorded one did: a replay may retry where the recording did not.
    /// </summary>
    internal IReadOnlyList<CassetteExchange> Of(string jobId, int attempt)
    {
        var all = byJob.GetValueOrDefault(jobId) ?? [];
        var last = all.Where(e => e.Attempt <= attempt).Select(e => (int?)e.Attempt).Max();
        return [.. all.Where(e => e.Attempt == last)];
    }
}
