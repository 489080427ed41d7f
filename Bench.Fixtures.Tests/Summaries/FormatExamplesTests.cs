using System.Text.Json;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Summaries;

/// <summary>The examples of docs/formats are what the writers write for one run; <c>BENCH_ACCEPT=1</c> brings them up to date.</summary>
public class FormatExamplesTests
{
    private static readonly JobRecord Record = SampleRun.Passed("opencode_run_headless", "latency_speed_1", completionMs: 1204.5, retries: 1) with
    {
        Model = "zhipuai-coding-plan/glm-5",
        ModelSelected = "zhipuai-coding-plan/glm-5",
        Incidents = [new IncidentRecord("hung_after_success", "The process was gone 2.1 s after its terminal event.")],
        Checks = [new CheckRecord("contains", "\"status\"", true, null)],
        SessionId = "ses_0001",
        CpuMs = 2310.5,
        PeakMemoryBytes = 214_958_080,
        CpuPressure = 0.12,
        LoadAverage = 1.04,
        JobsInFlight = 2,
    };

    [Fact]
    public void The_record_is_what_the_page_shows() => Match("record.md", "json", folder => folder.JobRecord(Record.JobId));

    [Fact]
    public void The_journal_is_what_the_page_shows() => Match("journal.md", "ndjson", folder => folder.Journal);

    [Fact]
    public void The_run_results_are_what_the_page_shows() => Match("run_results.md", "json", folder => folder.RunResults);

    [Fact]
    public void The_results_are_what_the_page_shows() => Match("results.md", "json", folder => folder.Results);

    [Fact]
    public void The_summary_is_what_the_page_shows() => Match("summary.md", "json", folder => folder.SummaryJson);

    [Fact]
    public void The_Markdown_summary_is_what_the_page_shows() => Match("summary.md", "markdown", folder => folder.SummaryMarkdown);

    [Fact]
    public void The_stall_reason_is_the_one_that_records_have() =>
        Assert.Contains($"`stall_detected`, `stall_reason` | no sign of life for the stall threshold; `{RecordBuilder.NoOutputNoModelTraffic}`", FormatPage.Text("record.md"), StringComparison.Ordinal);

    [Fact]
    public void The_drawing_of_the_run_folder_is_the_codes_own()
    {
        var code = File.ReadLines(Path.Combine(TestFolder.RepositoryRoot, "Bench.Fixtures/Records/RunFolder.cs"))
            .SkipWhile(line => line != "/// <code>").Skip(1).TakeWhile(line => line != "/// </code>")
            .Select(line => line["/// ".Length..]);

        Assert.Equal(string.Join('\n', code) + "\n", FormatPage.Fence("run-folder.md", "text"));
    }

    [Theory]
    [InlineData("record.md")]
    [InlineData("run_results.md")]
    [InlineData("results.md")]
    [InlineData("summary.md")]
    public void Every_field_of_the_example_is_explained(string page)
    {
        using var example = JsonDocument.Parse(FormatPage.Fence(page, "json"));
        var text = FormatPage.Text(page);
        var explained = page == "record.md" ? text : text + FormatPage.Text("record.md") + FormatPage.Text("results.md");

        Assert.Empty(Names(example.RootElement).Distinct().Where(name => !IsId(name) && !explained.Contains($"`{name}`", StringComparison.Ordinal)));
    }

    [Fact]
    public void Every_event_and_field_of_the_journal_is_explained()
    {
        var text = FormatPage.Text("journal.md");
        var events = typeof(JournalEvents).GetFields().Select(field => (string)field.GetRawConstantValue()!);
        var lines = FormatPage.Fence("journal.md", "ndjson").Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Empty(events.Where(name => !text.Contains($"`{name}`", StringComparison.Ordinal)));
        Assert.Equal(events, lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()).Distinct());
        Assert.Empty(lines.SelectMany(line => JsonDocument.Parse(line).RootElement.EnumerateObject()).Select(property => property.Name).Where(name => !text.Contains($"`{name}`", StringComparison.Ordinal)));
    }

    // Keys of objects that are looked up by id.
    private static bool IsId(string name) => name == Record.WorkflowId;

    private static IEnumerable<string> Names(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Names(property.Value).Prepend(property.Name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Names),
        _ => [],
    };

    private static void Match(string page, string language, Func<RunFolder, string> file)
    {
        using var folder = new TestFolder();
        using (var writer = RunWriter.Create(folder.Path, SampleRun.RunId, SampleRun.Manifest([Record]), new FrozenClock()))
        {
            writer.JobStarted(Record.JobId);
            writer.AttemptFinished(Record.JobId, Record.Attempts[0]);
            writer.ProviderPaused("zhipuai-coding-plan", TimeSpan.FromSeconds(1.25), Record.JobId);
            writer.AttemptFinished(Record.JobId, Record.Attempts[1]);
            writer.JobFinished(Record);
            writer.Notice("The run is resumed: 1 of 2 jobs have their record, 1 run now.");
            writer.Finish(RunStatuses.Completed);
        }

        var run = new RunFolder(folder.At(SampleRun.RunId));
        RunFinalizer.Finalize(run, RunStatuses.Completed);
        var actual = File.ReadAllText(file(run));
        var shown = FormatPage.Fence(page, language);
        if (Environment.GetEnvironmentVariable("BENCH_ACCEPT") == "1" && shown != actual)
        {
            var path = Path.Combine(TestFolder.RepositoryRoot, "docs", "formats", page);
            File.WriteAllText(path, FormatPage.Text(page).Replace($"\n```{language}\n{shown}", $"\n```{language}\n{actual}", StringComparison.Ordinal));
            return;
        }

        Assert.Equal(actual, shown);
    }
}
