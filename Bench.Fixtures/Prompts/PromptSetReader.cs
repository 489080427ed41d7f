using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Bench.Fixtures.Prompts;

/// <summary>Reads prompt files; the format is described in docs/formats/prompts.md.</summary>
public static partial class PromptSetReader
{
    internal static readonly IReadOnlyList<string> SetFields = ["$schema", "version", "name", "prompts"];
    internal static readonly IReadOnlyList<string> PromptFields = ["id", "category", "title", "prompt", "success_hints", "checks"];
    internal static readonly IReadOnlyList<string> CheckFields = ["kind", "value"];

    private const string Help = "See docs/formats/prompts.md.";

    /// <summary>Reads and validates a prompt file.</summary>
    /// <param name="path">Absolute, or relative to the current folder.</param>
    /// <exception cref="BenchUsageException">The file is missing, is not JSON or has faults; names all of them, with their lines.</exception>
    public static PromptSet Read(string path)
    {
        var fullPath = Path.GetFullPath(path);
        var bytes = ReadBytes(fullPath);
        var problems = new PromptProblems(fullPath);
        var set = ParseSet(ParseJson(bytes, fullPath), fullPath, Convert.ToHexStringLower(SHA256.HashData(bytes)), problems);
        problems.ThrowIfAny();
        return set;
    }

    private static byte[] ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BenchUsageException(
                $"The prompt file '{path}' does not exist. Name an existing prompt set by PromptsFile in bench.json or by BENCH__PromptsFile. {Help}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BenchUsageException(
                $"The prompt file '{path}' cannot be read: {e.Message.TrimEnd('.')}. Name a readable file by PromptsFile in bench.json or by BENCH__PromptsFile.");
        }
    }

    private static LocatedJson ParseJson(byte[] bytes, string path) =>
        LocatedJson.TryParse(bytes, out var fault) ?? throw new BenchUsageException(FormattableString.Invariant(
            $"The prompt file '{path}' is not JSON: line {fault!.Line}, column {fault.Column}: {fault.Reason}. Correct the file at this place. {Help}"));

    private static PromptSet ParseSet(LocatedJson root, string path, string sha256, PromptProblems problems)
    {
        if (root.Kind != JsonValueKind.Object)
        {
            problems.Add(root.Line, $"the file holds {NameOf(root.Kind)} instead of an object. Begin it with {{ \"version\": 1, \"name\": …, \"prompts\": [ … ] }}.");
            return new() { Name = "", Version = 0, Path = path, Sha256 = sha256, Prompts = [] };
        }

        problems.CheckFields(root, SetFields, "the prompt set");
        return new()
        {
            Name = OptionalText(root, "name", "the prompt set", problems) ?? Path.GetFileNameWithoutExtension(path),
            Version = ReadVersion(root, problems),
            Path = path,
            Sha256 = sha256,
            Prompts = ReadPrompts(root, problems),
        };
    }

    private static int ReadVersion(LocatedJson root, PromptProblems problems)
    {
        if (root.Find("version") is not { } version)
        {
            return 1;
        }

        if (version.Kind == JsonValueKind.Number && int.TryParse(version.Text, CultureInfo.InvariantCulture, out var number) && number > 0)
        {
            return number;
        }

        problems.Add(version.Line, $"version is {Shown(version)}. Give a whole number from 1, and raise it when a prompt changes.");
        return 0;
    }

    private static List<Prompt> ReadPrompts(LocatedJson root, PromptProblems problems)
    {
        if (root.Find("prompts") is not { Kind: JsonValueKind.Array } list)
        {
            problems.Add(root.Find("prompts")?.Line ?? root.Line, "the prompt set has no list 'prompts'. Add \"prompts\": [ { \"id\": …, \"prompt\": … } ].");
            return [];
        }

        if (list.Items.Count == 0)
        {
            problems.Add(list.Line, "the list 'prompts' is empty. Add at least one prompt.");
        }

        var prompts = list.Items.Select((item, index) => ReadPrompt(item, index + 1, problems)).ToList();
        ReportRepeatedIds(list, problems);
        return prompts;
    }

    private static void ReportRepeatedIds(LocatedJson list, PromptProblems problems)
    {
        var ids = list.Items.Select(item => item.Find("id")).OfType<LocatedJson>().Where(id => id.Kind == JsonValueKind.String);
        foreach (var group in ids.GroupBy(id => id.Text).Where(group => group.Count() > 1 && !string.IsNullOrWhiteSpace(group.Key)))
        {
            var lines = string.Join(" and ", group.Select(id => id.Line.ToString(CultureInfo.InvariantCulture)));
            problems.Add(group.ElementAt(1).Line, $"the id '{group.Key}' is used {group.Count()} times (lines {lines}). Give each prompt an id of its own.");
        }
    }
}
