using System.Text.RegularExpressions;

namespace Bench.Fixtures.Tests.House;

public sealed partial class RoomOrderTests
{
    // In the order of the data; a room uses earlier rooms only.
    private static readonly string[] Rooms =
    [
        "Intake", "Prompts", "Settings", "Planning", "Redaction", "Failures", "Processes", "Gateway", "Agents", "Servers", "Workspaces",
        "Workflows", "Queueing", "Records", "Reporting", "Statistics", "Summaries", "Gates", "Dispatches", "Terminals", "Pipelines", "Ledgers", "FieldEvaluation",
    ];

    [Fact]
    public void A_room_uses_earlier_rooms_only()
    {
        var offenders =
            from file in SourceFiles()
            let room = RoomOf(file)
            where room is not null
            from used in RoomNames().Matches(File.ReadAllText(file)).Select(m => m.Groups[1].Value).Distinct()
            where Array.IndexOf(Rooms, used) > Array.IndexOf(Rooms, room)
            select $"{room}/{Path.GetFileName(file)} uses {used}";

        Assert.Empty(offenders);
    }

    [Fact]
    public void Every_folder_of_the_library_is_a_known_room()
    {
        var folders = Directory.GetDirectories(Library).Select(Path.GetFileName).Except(["bin", "obj", "build", .. Rooms]);

        Assert.Empty(folders);
    }

    [Fact]
    public void Statistics_knows_no_other_room()
    {
        var offenders = SourceFiles()
            .Where(file => RoomOf(file) == "Statistics")
            .Where(file => RoomNames().Matches(File.ReadAllText(file)).Any(m => m.Groups[1].Value != "Statistics"));

        Assert.Empty(offenders);
    }

    [Fact]
    public void Xunit_is_named_in_the_reporter_and_the_fixtures_only()
    {
        string[] allowed = ["", "Reporting"];

        var offenders = SourceFiles().Where(file => UsingXunit().IsMatch(File.ReadAllText(file)) && !allowed.Contains(RoomOf(file) ?? ""));

        Assert.Empty(offenders);
    }

    [Fact]
    public void No_source_file_reaches_a_thousand_lines()
    {
        string[] others = [".git", "agents", "artifacts"];
        var offenders = Directory.GetDirectories(TestFolder.RepositoryRoot)
            .Where(folder => !others.Contains(Path.GetFileName(folder)))
            .SelectMany(folder => Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Intersect(["bin", "obj", "artifacts"]).Any())
            .Where(file => File.ReadLines(file).Count() >= 1000);

        Assert.Empty(offenders);
    }

    private static string Library => Path.Combine(TestFolder.RepositoryRoot, "Bench.Fixtures");

    private static IEnumerable<string> SourceFiles() => Directory.GetFiles(Library, "*.cs", SearchOption.AllDirectories)
        .Where(file => !Path.GetRelativePath(Library, file).Split(Path.DirectorySeparatorChar).Intersect(["bin", "obj", "build"]).Any());

    // Null for the root, which ties the rooms together.
    private static string? RoomOf(string file)
    {
        var parts = Path.GetRelativePath(Library, file).Split(Path.DirectorySeparatorChar);
        return parts.Length > 1 ? parts[0] : null;
    }

    [GeneratedRegex(@"Bench\.Fixtures\.([A-Z]\w+)")]
    private static partial Regex RoomNames();

    [GeneratedRegex(@"^using Xunit", RegexOptions.Multiline)]
    private static partial Regex UsingXunit();
}
