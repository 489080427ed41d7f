using System.Buffers;
using System.Text;
using System.Text.Json;
using Bench.Fixtures.Intake;
using Microsoft.Extensions.Configuration;

namespace Bench.Fixtures.Settings;

/// <summary>
/// Reads a file of settings: JSON in which comments are fine, and a comma at the end of a list or an object. What is wrong in it is named with its place;
/// the rest is for Microsoft.Extensions.Configuration to read, which would end at the first fault and say no more than its name.
/// </summary>
internal sealed class SettingsFile
{
    private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
    private readonly string path;
    private readonly List<string> problems;
    private readonly SettingsLayer layer;
    private readonly Utf8JsonWriter writer;

    private SettingsFile(string path, List<string> problems, Utf8JsonWriter writer)
    {
        this.path = path;
        this.problems = problems;
        layer = new(Path.GetFileName(path));
        this.writer = writer;
    }

    /// <summary>The layer of the file; empty when the file does not exist.</summary>
    /// <param name="path">Absolute.</param>
    /// <param name="problems">Where values of a wrong type and names that stand twice go.</param>
    /// <exception cref="BenchUsageException">The file cannot be read, or is not JSON.</exception>
    public static SettingsLayer Read(string path, List<string> problems)
    {
        var kept = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(kept);
        var file = new SettingsFile(path, problems, writer);
        if (File.Exists(path))
        {
            file.Keep(BytesOf(path));
            writer.Flush();
            file.Add(kept.WrittenMemory);
        }

        return file.layer;
    }

    private static ReadOnlySpan<byte> BytesOf(string path)
    {
        try
        {
            return OutsideJson.Mended(File.ReadAllBytes(path));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new BenchUsageException($"The settings file '{path}' cannot be read: {problem.Message.TrimEnd('.')}. Make it readable.");
        }
    }

    private void Keep(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = OutsideJson.Read(json, Options);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw NoJson(JsonFault.At(json, (int)reader.TokenStartIndex, "it must be an object: { … }").ToString());
            }

            writer.WriteStartObject();
            ReadObject(ref reader, json, "");
            writer.WriteEndObject();
            reader.Read();
        }
        catch (JsonException problem)
        {
            throw NoJson(OutsideJson.Told(problem, json));
        }
    }

    private void Add(ReadOnlyMemory<byte> kept)
    {
        using var stream = new MemoryStream(kept.ToArray());
        foreach (var (key, value) in new ConfigurationBuilder().AddJsonStream(stream).Build().AsEnumerable().Where(setting => setting.Value is not null))
        {
            if (value!.Length == 0 && SettingsCatalog.Find(key)?.Shape == SettingShape.List)
            {
                layer.AddEmptyList(key, Where(key));
            }

            layer.Add(key, value, Where(key));
        }
    }

    private BenchUsageException NoJson(string why) =>
        new($"The settings file '{path}' cannot be read: {why}. Correct the file; see docs/formats/settings.md.");

    private void ReadObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string group)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var key = group.Length == 0 ? name : $"{group}:{name}";
            var place = JsonFault.At(json, (int)reader.TokenStartIndex, $"{key} stands there twice");
            reader.Read();
            if (!seen.Add(key))
            {
                problems.Add($"The settings file '{path}', {place}. Keep one.");
                reader.Skip();
            }
            else if (key == "$schema")
            {
                reader.Skip();
            }
            else
            {
                ReadValue(ref reader, json, key, name, place);
            }
        }
    }

    private void ReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string key, string name, JsonFault place)
    {
        var shape = SettingsCatalog.Find(key)?.Shape;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return;
            case JsonTokenType.StartObject when shape is null or SettingShape.Map:
                writer.WriteStartObject(name);
                ReadObject(ref reader, json, key);
                writer.WriteEndObject();
                return;
            case JsonTokenType.StartArray when shape is SettingShape.List:
                ReadList(ref reader, key, name, place);
                return;
            case JsonTokenType.String when shape is not null:
            case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False when shape is SettingShape.One:
                writer.WriteString(name, TextOf(ref reader));
                return;
        }

        if (shape is null)
        {
            // Who stacks the layers says that there is no such setting.
            writer.WriteString(name, TextOf(ref reader));
        }
        else
        {
            Refuse(key, Shown(ref reader), place);
        }

        reader.Skip();
    }

    private void ReadList(ref Utf8JsonReader reader, string key, string name, JsonFault place)
    {
        var (items, known) = (new List<string>(), problems.Count);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                items.Add(reader.GetString()!);
            }
            else
            {
                Refuse(key, $"a list with {Shown(ref reader)} in it", place);
                reader.Skip();
            }
        }

        // What is left of a list that has faults is not the list.
        if (problems.Count == known)
        {
            writer.WriteStartArray(name);
            items.ForEach(writer.WriteStringValue);
            writer.WriteEndArray();
        }
    }

    private void Refuse(string key, string given, JsonFault place)
    {
        var setting = SettingsCatalog.Find(key)!;
        var form = setting.Shape switch
        {
            SettingShape.List => """, e.g. ["…", "…"], or one text with commas""",
            SettingShape.Map => """, e.g. { "…": 2 }, or one text""",
            _ => "",
        };
        problems.Add(FormattableString.Invariant(
            $"{key} is {given} ({layer.Source}, line {place.Line}, column {place.Column}), but must be {setting.Allowed}{form}. Correct {Where(key)}."));
    }

    private string Where(string key) => $"{key} in '{path}'";

    private static string Shown(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.Null => "null",
        _ => $"{(reader.TokenType == JsonTokenType.Number ? "the number " : "")}{TextOf(ref reader)}",
    };

    private static string TextOf(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartArray => "[ … ]",
        JsonTokenType.String => reader.GetString()!,
        _ => Encoding.UTF8.GetString(reader.ValueSpan),
    };
}
