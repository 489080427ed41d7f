using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Bench.Fixtures;
using Bench.Fixtures.Intake;
using Bench.Fixtures.Records;
using Bench.Fixtures.Redaction;

namespace Bench.Cli.Governed;

/// <summary>The state of the progressive runs of an output folder, held by one process at a time.</summary>
internal sealed class ProgressiveStateFile : IDisposable
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        WriteIndented = true,
        NewLine = "\n",
    };

    private readonly FileLock held;

    private ProgressiveStateFile(string path, FileLock held)
    {
        Path = path;
        this.held = held;
    }

    /// <summary>The absolute path of the file.</summary>
    public string Path { get; }

    /// <summary>Takes the state of an output folder; null when another process holds it.</summary>
    /// <exception cref="BenchUsageException">The folder cannot be written.</exception>
    public static ProgressiveStateFile? TryTake(string outputDir)
    {
        var path = PathIn(outputDir);
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            return FileLock.Await(path + ".lock", TimeSpan.Zero) is { } held ? new(path, held) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BenchUsageException($"The state of progressive runs cannot be kept in '{path}': {e.Message} Make the folder writable, or name another by --output-dir.");
        }
    }

    /// <summary>The file of an output folder.</summary>
    public static string PathIn(string outputDir) => System.IO.Path.Combine(outputDir, "progressive", "state.json");

    /// <summary>The state; that of a first run when there is no file.</summary>
    /// <exception cref="BenchUsageException">The file is damaged: what has passed is not known then, and nothing is begun anew silently.</exception>
    public ProgressiveState Read()
    {
        if (!File.Exists(Path))
        {
            return new() { History = [] };
        }

        try
        {
            return Checked(OutsideJson.Deserialize<ProgressiveState>(File.ReadAllBytes(Path), Json) ?? throw new JsonException("it is null"));
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or IOException or UnauthorizedAccessException)
        {
            throw new BenchUsageException($"The state of progressive runs '{Path}' cannot be used: {e.Message.TrimEnd('.')}. Restore the file; or move it away to begin with {ProgressivePhase.All[0].Id}.");
        }
    }

    /// <summary>Writes the state, whole or not at all, and through to the disk.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(ProgressiveState state, Redactor redactor) => AtomicFile.Write(Path, Encoding.UTF8.GetBytes(TextOf(state, redactor)), flushToDisk: true);

    /// <summary>The state as it is written.</summary>
    public static string TextOf(ProgressiveState state, Redactor redactor) => redactor.Redact(JsonSerializer.Serialize(state, Json) + "\n");

    /// <inheritdoc />
    public void Dispose() => held.Dispose();

    private static ProgressiveState Checked(ProgressiveState state)
    {
        if (state.SchemaVersion != FormatVersions.ProgressiveState)
        {
            throw new JsonException(FormattableString.Invariant($"its schema_version is {state.SchemaVersion}, and this version of Bench knows {FormatVersions.ProgressiveState}"));
        }

        if (state.LastPassedPhase is { } last && ProgressivePhase.IndexOf(last) < 0)
        {
            throw new JsonException($"last_passed_phase is '{last}', which is no phase; there are {string.Join(", ", ProgressivePhase.All.Select(phase => $"'{phase.Id}'"))}");
        }

        // A pass that nothing tells of is none, nor is one of --force.
        var untold = ProgressivePhase.All.Take(ProgressivePhase.IndexOf(state.LastPassedPhase) + 1)
            .Where(phase => !state.History.Any(record => record is { Passed: true, Forced: false } && record.Phase == phase.Id && record.Commit == state.Commit)).ToList();
        return untold.Count == 0
            ? state
            : throw new JsonException($"last_passed_phase is '{state.LastPassedPhase}' for the commit '{state.Commit}', and the history tells of no pass of {string.Join(", ", untold.Select(phase => $"'{phase.Id}'"))} in its turn");
    }
}
