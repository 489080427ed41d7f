using System.Text.Json;
using Bench.Cli;
using Bench.Cli.Commands;
using Bench.Fixtures.Records;
using Bench.Fixtures.Tests.Records;

namespace Bench.Fixtures.Tests.Summaries;

public class SummaryCommandTests
{
    [Fact]
    public async Task Collect_prints_the_originals_document()
    {
        using var folder = new TestFolder();
        var run = SampleSummary.Write(folder);

        var (exit, output, error) = await RunAsync(folder, "collect", run.Root, "--json");

        Assert.Equal(0, exit);
        using var document = JsonDocument.Parse(output);
        Assert.Equal((SampleRun.RunId, 89, run.Results), (
            document.RootElement.GetProperty("run_id").GetString(),
            document.RootElement.GetProperty("records").GetInt32(),
            document.RootElement.GetProperty("results_json").GetString()));
        Assert.True(File.Exists(run.Results) && File.Exists(run.RunResults) && File.Exists(run.Records));
        Assert.Contains("Lost: 1 planned job left no record, e.g. cc_glm_headless__robustness_1.", error, StringComparison.Ordinal);
        Assert.Contains("bench-earlier", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Summarize_writes_the_summary_and_says_where()
    {
        using var folder = new TestFolder();
        var run = SampleSummary.Write(folder);

        var (exit, output, _) = await RunAsync(folder, "summarize", run.Root);

        Assert.Equal(0, exit);
        Assert.Contains(run.SummaryMarkdown, output, StringComparison.Ordinal);
        Assert.True(File.Exists(run.SummaryJson) && File.Exists(run.SummaryMarkdown));
    }

    [Fact]
    public async Task Show_draws_the_tables()
    {
        using var folder = new TestFolder();
        var run = SampleSummary.Write(folder);

        var (exit, output, _) = await RunAsync(folder, "show", run.Root);

        Assert.Equal(0, exit);
        Assert.False(Directory.Exists(run.Collected));
        Snapshot.Match(string.Join('\n', output.Split('\n').Select(line => line.TrimEnd())));
    }

    [Fact]
    public async Task Show_with_json_prints_what_the_summary_holds()
    {
        using var folder = new TestFolder();
        var run = SampleSummary.Write(folder);
        await RunAsync(folder, "summarize", run.Root);

        var (_, output, _) = await RunAsync(folder, "show", run.Root, "--json");

        Assert.Equal(await File.ReadAllTextAsync(run.SummaryJson, TestContext.Current.CancellationToken), output);
    }

    [Theory]
    [InlineData("show", true)]
    [InlineData("show", false)]
    [InlineData("summarize", true)]
    [InlineData("collect", true)]
    public async Task A_killed_run_is_told_as_such_and_one_that_is_alive_as_running(string command, bool isKilled)
    {
        using var folder = new TestFolder();
        var record = SampleRun.Passed("cc_glm_headless", "p1");
        using var writer = RunWriter.Create(folder.Path, SampleRun.RunId, SampleRun.Manifest([record]), new FrozenClock());
        writer.JobStarted(record.JobId);
        writer.JobFinished(record);
        if (isKilled)
        {
            writer.Dispose();
        }

        var (exit, output, error) = await RunAsync(folder, command, writer.Folder.Root);

        Assert.Equal(0, exit);
        var told = output + error;
        Assert.Equal(isKilled, told.Contains($"never closed: its process is gone (killed or crashed). To run what has no result: dotnet test with -p:BenchResume={SampleRun.RunId}", StringComparison.Ordinal));
        Assert.Equal(!isKilled, told.Contains(": running,", StringComparison.Ordinal));
        Assert.Contains(command == "show" ? "1 record of 1 planned job" : " 1 record of ", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("collect")]
    [InlineData("summarize")]
    [InlineData("show")]
    [InlineData("gate", "report")]
    public async Task Wrong_settings_are_refused_beside_a_run_that_is_named_by_its_path(params string[] command)
    {
        using var folder = new TestFolder();
        var run = SampleSummary.Write(folder);
        folder.Write("bench.json", """{ "Paralel": 4 }""");

        var (exit, output, error) = await RunAsync(folder, [.. command, run.Root, "--set", "Worklows=x", "-p", "BenchTrials=many"]);

        Assert.Equal((64, ""), (exit, output));
        Assert.Equal(3, error.Trim().Split('\n').Length);
        Assert.Contains("Did you mean 'Parallel'?", error, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'Workflows'?", error, StringComparison.Ordinal);
        Assert.Contains("Trials is 'many'", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(run.Collected));
    }

    [Fact]
    public async Task A_run_that_is_named_by_its_path_needs_no_keys_and_none_of_several_projects()
    {
        using var folder = new TestFolder();
        var run = SampleSummary.Write(folder);
        folder.Write("one/bench.json", """{ "Profile": "live" }""");

        Assert.Equal(0, (await RunAsync(folder, "show", run.Root)).Exit);
        folder.Write("two/bench.json", "{}");
        Assert.Equal(0, (await RunAsync(folder, "show", run.Root)).Exit);
    }

    [Fact]
    public async Task A_run_is_found_by_its_id_below_the_output_folder()
    {
        using var folder = new TestFolder();
        SampleSummary.Write(folder);

        var (exit, _, _) = await RunAsync(folder, "show", SampleRun.RunId, "--set", "OutputDir=" + folder.Path);

        Assert.Equal(0, exit);
    }

    [Theory]
    [InlineData("collect")]
    [InlineData("summarize")]
    [InlineData("show")]
    public async Task A_run_that_does_not_exist_is_a_usage_error(string command)
    {
        using var folder = new TestFolder();

        var (exit, output, error) = await RunAsync(folder, command, "no-such-run", "--set", "OutputDir=" + folder.Path);

        Assert.Equal((64, ""), (exit, output));
        Assert.Contains("'no-such-run'", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("collect", 6)]
    [InlineData("summarize", 7)]
    public async Task A_folder_that_cannot_be_written_has_the_seeds_exit_code(string command, int expected)
    {
        using var folder = new TestFolder();
        var run = SampleSummary.Write(folder);
        await File.WriteAllTextAsync(run.Collected, "a file in the way", TestContext.Current.CancellationToken);

        var (exit, output, error) = await RunAsync(folder, command, run.Root, "--json");

        Assert.Equal((expected, ""), (exit, output));
        Assert.Contains("make the folder writable", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("collect", "--run-dir", "{run}")]
    [InlineData("summarize", "--results-json", "{run}/collected/results.json")]
    [InlineData("summarize", "{run}/collected/results.json", null)]
    [InlineData("show", "--run-dir", "{run}")]
    public async Task A_run_is_named_as_the_original_named_it(string command, string first, string? second)
    {
        using var folder = new TestFolder();
        var run = OriginalRun.Write(folder);
        Directory.CreateDirectory(run.Collected);
        await File.WriteAllTextAsync(run.Results, "{}", TestContext.Current.CancellationToken);
        string[] args = [.. new[] { command, first, second }.OfType<string>().Select(arg => arg.Replace("{run}", run.Root, StringComparison.Ordinal))];

        var (exit, output, _) = await RunAsync(folder, args);

        Assert.Equal(0, exit);
        Assert.Contains(OriginalRun.RunId, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_is_named_once()
    {
        using var folder = new TestFolder();
        var run = OriginalRun.Write(folder);

        Assert.Equal(ExitCodes.Usage, (await RunAsync(folder, "collect")).Exit);
        Assert.Equal(ExitCodes.Usage, (await RunAsync(folder, "collect", run.Root, "--run-dir", run.Root)).Exit);
    }

    [Fact]
    public async Task What_another_program_wrote_is_kept_and_what_is_taken_from_it_is_redacted()
    {
        using var folder = new TestFolder();
        var run = OriginalRun.Write(folder);
        var key = "gh" + "p_5aP7ZttoKQ2bedBn2ahrq73L5pUxAY1f6GCQ";
        folder.Write($"{OriginalRun.RunId}/raw/w__p.json", $$"""{ "run_id": "{{OriginalRun.RunId}}", "workflow_id": "w", "prompt_id": "p", "success": false, "stderr": "refused {{key}}" }""");
        Directory.CreateDirectory(run.Collected);
        string[] documents = [run.Results, run.SummaryJson, run.SummaryMarkdown];
        Array.ForEach(documents, path => File.WriteAllText(path, "{ \"by\": \"another\" }"));

        foreach (var command in (string[])["collect", "summarize", "collect", "summarize"])
        {
            Assert.Equal(0, (await RunAsync(folder, command, run.Root)).Exit);
        }

        Assert.All(documents, path => Assert.Equal("{ \"by\": \"another\" }", File.ReadAllText(path + ".original")));
        var collected = Directory.EnumerateFiles(run.Collected).Append(run.RunResults).Select(File.ReadAllText).ToArray();
        Assert.All(collected, text => Assert.DoesNotContain(key, text, StringComparison.Ordinal));
        Assert.Contains(collected, text => text.Contains("refused [REDACTED:github-token]", StringComparison.Ordinal));
        Assert.False(File.Exists(run.RunResults + ".original"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("--json")]
    public async Task What_another_program_wrote_is_shown_redacted(string? option)
    {
        using var folder = new TestFolder();
        var run = OriginalRun.Write(folder);
        var key = "gh" + "p_5aP7ZttoKQ2bedBn2ahrq73L5pUxAY1f6GCQ";
        folder.Write(
            $"{OriginalRun.RunId}/raw/w__p.json",
            $$"""{ "run_id": "{{OriginalRun.RunId}}", "workflow_id": "w", "prompt_id": "p", "success": false, "failure_category": "env", "failure_reason": "refused {{key}}" }""");
        folder.Write($"{OriginalRun.RunId}/raw/w__q.json", $$"""{ "run_id": "{{key}}" , "workflow_id": "w", "prompt_id": "q" }""");

        var (exit, output, error) = await RunAsync(folder, [.. new[] { "show", run.Root, option }.OfType<string>()]);

        Assert.Equal(0, exit);
        Assert.DoesNotContain(key, output + error, StringComparison.Ordinal);
        Assert.Contains("refused [REDACTED:github-token]", output, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(TestFolder folder, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = new CliHost { Environment = new Dictionary<string, string>(), CurrentFolder = folder.Path, Output = output, Error = error };
        var exit = await CommandLine.RunAsync(args, host, CollectCommand.Create(host), SummarizeCommand.Create(host), ShowCommand.Create(host), GateCommand.Create(host));
        return (exit, output.ToString(), error.ToString());
    }
}
