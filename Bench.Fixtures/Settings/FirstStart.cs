using System.Text.Json;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Settings;

/// <summary>The settings of a run that is gone on with or run again, as the manifest of its first start has them: they hold unless this start gives others.</summary>
internal static class FirstStart
{
    // What a start is about, and where it writes.
    private static readonly HashSet<string> Own = ["RunId", "Resume", "OutputDir", "JUnitFile"];

    // A run of its own may be recorded to a cassette of its own.
    private static readonly HashSet<string> OwnOfRerun = [.. Own, "Rerun", "Gateway:RecordTo"];

    /// <summary>The folder of the run that Resume or Rerun names, and whether it is run again; null when none is named.</summary>
    public static (string Folder, bool IsRerun)? Find(SettingsLayers given, string root, List<string> problems)
    {
        var values = new SettingsValues(given, root, []);
        var (resume, rerun) = (FolderOf(values, "Resume"), FolderOf(values, "Rerun"));
        if (resume is not null && rerun is not null)
        {
            problems.Add($"Resume is '{values.Text("Resume")}' and Rerun is '{values.Text("Rerun")}': a run is gone on with, or what failed in it is run again. Give one of the two only.");
        }

        return resume is not null ? (resume, false) : rerun is not null ? (rerun, true) : null;
    }

    /// <summary>The absolute path of a run that a setting names by its id or its path; null when it names none.</summary>
    public static string? FolderOf(SettingsValues values, string key) => values.Text(key) is not { } name ? null
        : Path.GetFileName(name) == name ? Path.Combine(values.PathTo("OutputDir")!, name)
        : Path.TrimEndingDirectorySeparator(values.PathTo(key)!);

    /// <summary>The settings that the run's manifest has, each with the source that it had then; empty when there is no manifest that can be read, which whoever takes the run up says.</summary>
    public static SettingsLayer Read(string folder, bool isRerun)
    {
        var layer = new SettingsLayer("first start");
        var own = isRerun ? OwnOfRerun : Own;
        foreach (var (key, value, source) in SettingsOf(Path.Combine(folder, "manifest.json")).Where(setting => !own.Contains(setting.Key)))
        {
            layer.AddFrom(source, key, value, $"{key} in the manifest of '{folder}'");
        }

        return layer;
    }

    private static List<SettingSource> SettingsOf(string manifest)
    {
        try
        {
            using var document = OutsideJson.Parse(File.ReadAllBytes(manifest));
            return document.RootElement.TryGetProperty("settings", out var settings) && settings.ValueKind == JsonValueKind.Array
                ? [.. settings.EnumerateArray().Select(one => new SettingSource(TextOf(one, "key"), TextOf(one, "value"), TextOf(one, "source")))]
                : [];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    private static string TextOf(JsonElement one, string name) => one.TryGetProperty(name, out var text) ? text.GetString() ?? "" : "";
}
