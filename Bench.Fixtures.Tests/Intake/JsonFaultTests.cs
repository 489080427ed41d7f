using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Gateway.Cassettes;
using Bench.Fixtures.Gateway.Faults;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Intake;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Records;
using Bench.Fixtures.Tests.Records;
using Bench.Fixtures.Tests.Settings;

namespace Bench.Fixtures.Tests.Intake;

/// <summary>Whatever reads JSON of somebody's says where it is wrong, counted from 1, and in no words of the platform.</summary>
public sealed partial class JsonFaultTests
{
    // The fault is the '}' in line 2, column 15, behind a letter of two bytes.
    private const string Broken = "{ \"version\": \"1\",\n  \"name\": \"ü\",}";

    public static TheoryData<string> Readers =>
        ["bench.json", "prompts", "manifest", "header", "prices", "script", "fault plan", "expectations", "governance report", "record"];

    [Theory]
    [MemberData(nameof(Readers))]
    public void Every_reader_names_line_and_column(string reader)
    {
        using var folder = new TestFolder();
        var path = folder.Write("broken.json", Broken);

        var told = Told(reader, path, Encoding.UTF8.GetBytes(Broken), folder);

        Assert.Matches("line 2(, column 15|: it is not JSON \\(column 15\\))", told);
        Assert.DoesNotMatch(PlatformWords(), told);
    }

    [Theory]
    [InlineData("""{ "version": 1, "models": {} }""", "line 1, column 14: 'version' must be a text")]
    [InlineData("{ \"version\": \"1\",\n  \"models\": { \"glm-5\": { \"input\": \"x\", \"output\": 3 } } }", "line 2, column 35: 'models.glm-5.input' must be a number")]
    [InlineData("{ \"version\": \"1\",\n  \"models\": 5 }", "line 2, column 13: 'models' must be an object")]
    [InlineData("{ \"version\": \"1\",\n  \"modles\": {} }", "line 2, column 3: the field 'modles' is unknown")]
    [InlineData("""{ "version": "1" }""", "line 1, column 18: the value lacks 'models'")]
    [InlineData("", "line 1, column 1: there is nothing in it")]
    [InlineData("null", "it holds null")]
    [InlineData("{ \"version\": \"1\",", "line 1, column 17: ")]
    [InlineData("{\n # mine\n}", "line 2, column 2: ")]
    public void What_is_JSON_and_does_not_fit_is_named_with_its_field(string prices, string problem)
    {
        using var folder = new TestFolder();
        var path = folder.Write("prices.json", prices);

        var thrown = Assert.Throws<BenchUsageException>(() => PriceTable.Read(path));

        Assert.StartsWith($"PricesFile '{path}' cannot be read as a price table: {problem}", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotMatch(PlatformWords(), thrown.Message);
    }

    [Fact]
    public void A_name_that_stands_twice_has_a_place()
    {
        var thrown = Assert.ThrowsAny<JsonException>(() => OutsideJson.ParseNode("{ \"a\": { \"b\": 1,\n \"b\": 2 } }"));

        Assert.Equal("line 2, column 2: the field 'b' stands there twice; keep one", thrown.Message);
    }

    [Fact]
    public void A_line_of_a_cassette_and_of_a_journal_has_its_number_and_the_column()
    {
        using var folder = new TestFolder();
        var cassette = folder.Write("c.ndjson", "{ ] }\n{}\n");
        var run = SampleRun.Write(folder, [SampleRun.Passed("cc_glm_headless", "p1")]);
        var lines = File.ReadAllLines(run.Journal);
        lines[1] = """{"schema_version":1,"seq":2,}""";
        File.WriteAllText(run.Journal, string.Join('\n', lines) + "\n");

        var told = Assert.Throws<BenchUsageException>(() => Cassette.Read(cassette)).Problems[0];
        var note = Assert.Single(RunReader.Read(run, () => new RowList(), TestContext.Current.CancellationToken).Notes);

        Assert.StartsWith($"Line 1 of the cassette '{cassette}' is no cassette's header: column 3: ", told, StringComparison.Ordinal);
        Assert.StartsWith("raw/journal.ndjson: line 2 cannot be read: column 29: ", note, StringComparison.Ordinal);
        Assert.DoesNotMatch(PlatformWords(), told + note);
    }

    private static string Told(string reader, string path, byte[] json, TestFolder folder)
    {
        if (reader == "bench.json")
        {
            using var settings = new SettingsFolder();

            // A comma at an end is fine there.
            settings.BenchJson("{ \"Parallel\": 1,\n  \"RunId\": \"ü\";}");
            return Assert.Single(settings.ReadProblems());
        }

        if (reader == "record")
        {
            var run = SampleRun.Write(folder, [SampleRun.Passed("cc_glm_headless", "p1")]);
            File.WriteAllBytes(run.JobRecord("cc_glm_headless__p2"), json);
            return Assert.Single(RunReader.Read(run, () => new RowList(), TestContext.Current.CancellationToken).Notes);
        }

        return Assert.Throws<BenchUsageException>(() => _ = reader switch
        {
            "prompts" => PromptSetReader.Read(path),
            "manifest" => Manifest.Parse(json, path),
            "header" => ManifestHeader.Parse(json, path),
            "prices" => PriceTable.Read(folder.Write("prices.json", "{ \"version\": \"1\",\n \"models\": {},}")),
            "script" => ScriptedAnswers.Load(Path.GetDirectoryName(path)!, ["broken"]),
            "fault plan" => FaultPlanReader.Parse(json, path),
            "expectations" => FaultExpectationsReader.Parse(json, path),
            _ => (object?)GovernanceReport.Read(ReportOf(folder, json)),
        }).Message;
    }

    private static RunFolder ReportOf(TestFolder folder, byte[] json)
    {
        var run = new RunFolder(folder.Path);
        File.WriteAllBytes(run.GovernanceReport, json);
        return run;
    }

    [GeneratedRegex(@"BytePositionInLine|LineNumber|System\.|Bench\.Fixtures|\.NET|Path: |reader options")]
    private static partial Regex PlatformWords();
}
