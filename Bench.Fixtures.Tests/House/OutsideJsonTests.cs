using System.Text.RegularExpressions;

namespace Bench.Fixtures.Tests.House;

public sealed partial class OutsideJsonTests
{
    private static readonly string[] Projects = ["Bench.Fixtures", "Bench.Cli", "Bench.TestLogger"];

    [Fact]
    public void Json_is_read_in_the_room_that_mends_it_and_nowhere_else()
    {
        var offenders = Sources()
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}Intake{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => ReadsJson().Matches(File.ReadAllText(file)).Select(m => $"{Path.GetFileName(file)}: {m.Value}"));

        Assert.Empty(offenders);
    }

    [Fact]
    public void The_search_finds_every_way_in_which_that_room_reads()
    {
        var room = Sources().Single(file => Path.GetFileName(file) == "OutsideJson.cs");

        Assert.Equal(
            ["JsonDocument.Parse(", "JsonNode.Parse(", "JsonSerializer.Deserialize(", "new Utf8JsonReader("],
            ReadsJson().Matches(File.ReadAllText(room)).Select(m => m.Value.Replace("<TValue>", "", StringComparison.Ordinal)).Distinct());
    }

    private static IEnumerable<string> Sources() => Projects
        .SelectMany(project => Directory.GetFiles(Path.Combine(TestFolder.RepositoryRoot, project), "*.cs", SearchOption.AllDirectories))
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Intersect(["bin", "obj"]).Any());

    // A configuration may be read from a stream, which can be mended before.
    [GeneratedRegex(@"\b(JsonDocument|JsonElement|JsonNode)\.(Try)?Parse\w*\(|\bJsonSerializer\.Deserialize\w*(<[^>(]+>)?\(|new Utf8JsonReader\(|\bUtf8JsonReader \w+ = new\(|\b(ReadFrom|GetFrom)Json\w*[<(]|\bAddJsonFile\(")]
    private static partial Regex ReadsJson();
}
