using Bench.Fixtures.Failures;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Tests.Records;

public class RunFolderTests
{
    [Fact]
    public void The_drawing_names_every_path_and_no_other()
    {
        var folder = new RunFolder("/runs/r1");
        string[] paths =
        [
            .. typeof(RunFolder).GetProperties()
                .Where(property => property.PropertyType == typeof(string) && property.Name is not ("Root" or "Name"))
                .Select(property => (string)property.GetValue(folder)!),
            .. typeof(RunFolder).GetMethods()
                .Where(method => method.ReturnType == typeof(string) && !method.IsStatic && !method.IsSpecialName && method.DeclaringType == typeof(RunFolder) && method.Name != "Relative")
                .Select(method => (string)method.Invoke(folder, [.. method.GetParameters().Select(Placeholder)])!),
        ];

        var inCode = paths.Select(path => folder.Relative(path)
            .Replace("JOBID", "{job}", StringComparison.Ordinal)
            .Replace("SERVERID", "{server}", StringComparison.Ordinal)
            .Replace("attempt7", "attempt{n}", StringComparison.Ordinal)
            .Replace("interrupted/7", "interrupted/{n}", StringComparison.Ordinal));

        Assert.Equal(Drawing().Order(StringComparer.Ordinal), inCode.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("a/b")]
    [InlineData(".hidden")]
    [InlineData("")]
    public void An_id_that_could_leave_the_folder_is_refused(string id)
    {
        var folder = new RunFolder("/runs/r1");

        Assert.Throws<ArgumentException>(() => folder.JobRecord(id));
        var exception = Assert.Throws<BenchUsageException>(() => RunFolder.Of("/runs", id));
        Assert.Contains($"'{id}'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_is_found_by_its_path_and_by_its_id()
    {
        using var folder = new TestFolder();
        folder.Write("out/r1/manifest.json", "{}");

        Assert.Equal(folder.At("out", "r1"), RunFolder.Find(folder.At("out", "r1"), folder.At("nowhere")).Root);
        Assert.Equal(folder.At("out", "r1"), RunFolder.Find("r1", folder.At("out")).Root);
    }

    [Fact]
    public void A_folder_that_holds_no_run_is_refused_by_name()
    {
        using var folder = new TestFolder();
        folder.Write("out/notes/readme.txt", "no run");

        var exception = Assert.Throws<BenchUsageException>(() => RunFolder.Find("notes", folder.At("out")));

        Assert.Contains("'notes'", exception.Message, StringComparison.Ordinal);
        Assert.Contains(folder.At("out", "notes"), exception.Message, StringComparison.Ordinal);
    }

    private static object Placeholder(System.Reflection.ParameterInfo parameter) => parameter.Name switch
    {
        "jobId" => "JOBID",
        "serverId" => "SERVERID",
        _ => 7,
    };

    // The lines between <code> and </code>; a folder stands in the paths of what is below it.
    private static List<string> Drawing()
    {
        var lines = File.ReadLines(Path.Combine(TestFolder.RepositoryRoot, "Bench.Fixtures/Records/RunFolder.cs"))
            .SkipWhile(line => line != "/// <code>").Skip(1).TakeWhile(line => line != "/// </code>")
            .Select(line => line["/// ".Length..]);
        List<string> paths = [];
        var parent = "";
        foreach (var line in lines)
        {
            var name = line.Trim();
            parent = line[0] == ' ' ? parent : "";
            paths.Add(parent + name.TrimEnd('/'));
            parent = name.EndsWith('/') ? name : parent;
        }

        return paths;
    }
}
