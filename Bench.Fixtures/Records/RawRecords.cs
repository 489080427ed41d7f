using System.IO.Enumeration;
using System.Text;
using System.Text.Json;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Records;

/// <summary>The documents <c>raw/&lt;job&gt;.json</c>: every <c>.json</c> with <c>__</c> in its name, as the original harness named them.</summary>
internal static class RawRecords
{
    /// <summary>How many documents there are, and the sum of their job ids' fingerprints; reads names only.</summary>
    public static (int Count, ulong JobIdSum) Survey(RunFolder folder)
    {
        if (!Directory.Exists(folder.Raw))
        {
            return default;
        }

        var fingerprints = new FileSystemEnumerable<ulong>(folder.Raw, static (ref FileSystemEntry entry) => FingerprintOf(entry.FileName))
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => IsRecord(entry.FileName),
        };
        var (count, sum) = (0, 0UL);
        foreach (var fingerprint in fingerprints)
        {
            count++;
            sum += fingerprint;
        }

        return (count, sum);
    }

    /// <summary>The job ids that the documents' names say, sorted.</summary>
    public static IReadOnlyList<string> JobIds(RunFolder folder) => !Directory.Exists(folder.Raw)
        ? []
        : [.. Directory.EnumerateFiles(folder.Raw, "*.json")
            .Select(path => Path.GetFileName(path))
            .Where(name => IsRecord(name))
            .Select(name => name[..^".json".Length])
            .Order(StringComparer.Ordinal)];

    /// <summary>Whether a file's name is that of a record.</summary>
    public static bool IsRecord(ReadOnlySpan<char> fileName) =>
        fileName.EndsWith(".json", StringComparison.Ordinal) &&
        fileName.Contains("__", StringComparison.Ordinal) &&
        !fileName.EndsWith("manifest.json", StringComparison.Ordinal);

    private static ulong FingerprintOf(ReadOnlySpan<char> fileName)
    {
        Span<byte> utf8 = stackalloc byte[1024];
        return Encoding.UTF8.TryGetBytes(fileName[..^".json".Length], utf8, out var length) ? Fingerprint.Of(utf8[..length]) : 0;
    }
}

/// <summary>Reads documents <c>raw/&lt;job&gt;.json</c>, one at a time.</summary>
/// <param name="folder">The run.</param>
/// <param name="runId">Records of another run are not used.</param>
/// <param name="createdAt">When the run began: a record that ended before it is a left-over of an earlier run with the same id; null checks nothing.</param>
internal sealed class RawRecordReader(RunFolder folder, string? runId, DateTimeOffset? createdAt)
{
    private readonly RecordRowReader rows = new();
    private byte[] compact = [];
    private int length;

    /// <summary>The names that <see cref="Identity"/> is numbered by.</summary>
    public NameTable Names => rows.Names;

    /// <summary>Whose record was read last.</summary>
    public RecordIdentity Identity => rows.Identity;

    /// <summary>When the job of the record read last ended.</summary>
    public ReadOnlySpan<byte> JobCompletedAt => rows.JobCompletedAt;

    /// <summary>What of it is no number that anything can have measured; null as a rule.</summary>
    public string? Nonsense => rows.Nonsense;

    /// <summary>The record read last is a pass of the original harness in which the agent said nothing but that it failed.</summary>
    public bool PassIsAnError => rows.PassIsAnError;

    /// <summary>The bytes of the record read last, without white space between tokens; valid until the next one.</summary>
    public ReadOnlySpan<byte> Compact => compact.AsSpan(0, length);

    /// <summary>Reads the record of a job.</summary>
    /// <param name="jobId">The job, as the file's name says.</param>
    /// <param name="row">The record.</param>
    /// <returns>Why the record is not used; null when it is.</returns>
    public string? TryRead(string jobId, out RecordRow row)
    {
        row = default;
        ReadOnlySpan<byte> json = default;
        try
        {
            json = OutsideJson.Mended(File.ReadAllBytes(Path.Combine(folder.Raw, jobId + ".json")));
            Check(json);
            compact = compact.Length < json.Length ? new byte[json.Length] : compact;
            length = JsonCompactor.Compact(json, compact);
            row = rows.Read(Compact, stopAtAttempts: false);
        }
        catch (JsonException exception)
        {
            return "cannot be read: " + OutsideJson.Told(exception, json);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "cannot be read: " + exception.Message.TrimEnd('.');
        }

        return Objection(jobId, row);
    }

    private string? Objection(string jobId, in RecordRow row)
    {
        if (runId is not null && rows.RunId != runId)
        {
            return $"holds a record of the run '{rows.RunId}', not of '{runId}'";
        }

        if (row.JobId != jobId)
        {
            return $"holds the record of the job '{row.JobId}', which its name does not say";
        }

        return createdAt is { } start && LatestStamp.Parse(Encoding.UTF8.GetString(rows.JobCompletedAt)) < start
            ? "ended before this run began, so it is left over from an earlier run with the same id"
            : null;
    }

    // Anybody may have written it: what is copied into the derived documents must be JSON.
    private static void Check(ReadOnlySpan<byte> json)
    {
        var reader = OutsideJson.Read(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("it is no JSON object");
        }

        while (reader.Read())
        {
        }
    }
}
