using System.Text.Json;
using System.Text.Json.Serialization;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Reporting;

/// <summary>
/// What the test process tells the logger in vstest.console: which run folder it opened. The logger names a file in
/// <see cref="PathVariable"/> before the test process starts; the test process writes it; the logger deletes it.
/// </summary>
/// <param name="RunFolder">The absolute path of the run folder.</param>
/// <param name="JobCount">Jobs of the run.</param>
/// <param name="ProcessMark">The run's mark, as its manifest has it.</param>
/// <param name="IsOpen">The folder is there. Before that, a folder with another mark belongs to another run.</param>
/// <param name="Finished">Jobs that have their record already, because the run is resumed.</param>
/// <param name="JournalOffset">Where in the journal, in bytes, this process began.</param>
public sealed partial record RunNote(string RunFolder, int JobCount, string ProcessMark, bool IsOpen, int Finished = 0, long JournalOffset = 0)
{
    /// <summary>The trials are a soak's rounds.</summary>
    public bool IsSoak { get; init; }

    /// <summary>What stands behind the model, as the manifest names it; null where the note does not say it.</summary>
    public string? Profile { get; init; }

    /// <summary>The environment variable with the note's path.</summary>
    public const string PathVariable = "BENCH_RUN_NOTE";

    /// <summary>Writes the note in one step: a reader sees all of it or none.</summary>
    public void Write(string path)
    {
        var temporary = path + ".tmp";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(this, NoteJson.Default.RunNote));
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Writes the note; false when it cannot be written.</summary>
    public bool TryWrite(string path)
    {
        try
        {
            Write(path);
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Reads the note; null when there is none yet.</summary>
    public static RunNote? TryRead(string path)
    {
        try
        {
            return File.Exists(path) ? OutsideJson.Deserialize(File.ReadAllBytes(path), NoteJson.Default.RunNote) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    [JsonSerializable(typeof(RunNote))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
    private sealed partial class NoteJson : JsonSerializerContext;
}
