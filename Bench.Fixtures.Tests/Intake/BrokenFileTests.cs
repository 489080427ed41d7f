using System.Text;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;
using Bench.Fixtures.Reporting;
using Bench.Fixtures.Tests.Records;
using Bench.Fixtures.Tests.Settings;
using Bench.Fixtures.Workflows;
using Bench.Fixtures.Workflows.DxRunner;

namespace Bench.Fixtures.Tests.Intake;

/// <summary>Files with half an emoji in a name and in a value, as an escape.</summary>
public sealed class BrokenFileTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_manifests_header_is_read()
    {
        var path = folder.Write("manifest.json", """{"\ud83d":1,"run_id":"a\ud83d","jobs":[{"job_id":"j\ud83d","workflow_id":"w\ud83d","prompt_id":"p"}]}""");

        var header = ManifestHeader.Read(path);

        Assert.Equal("a\uFFFD", header.RunId);
        Assert.Equal("w\uFFFD", Assert.Single(header.PlannedByWorkflow!).Key);
    }

    [Fact]
    public void A_manifests_status_is_changed()
    {
        var changed = ManifestStatus.With("""{"\ud83d":"\ud83d","status":"running"}"""u8, "completed");

        Assert.Equal("""{"\ufffd":"\ufffd","status":"completed"}""", Encoding.UTF8.GetString(changed));
    }

    [Fact]
    public void A_manifest_that_is_none_is_refused_and_not_thrown_at_the_caller() =>
        Assert.Throws<BenchUsageException>(() => Manifest.Parse("""{"\ud83d":"\ud83d"}"""u8));

    [Fact]
    public void A_settings_file_is_read()
    {
        using var settings = new SettingsFolder();
        settings.BenchJson("""{ "Model": { "CcGlm": "glm-5\ud83d" } }""");

        Assert.Equal("glm-5\uFFFD", settings.Read().Model.CcGlm);
    }

    [Fact]
    public void A_scripted_answer_says_the_replacement_character()
    {
        folder.Write("p1.json", """{ "schema_version": 1, "prompt_id": "p1", "turns": [ { "text": "A\ud83d", "tool_calls": [] } ] }""");

        var answer = ScriptedAnswers.Load(folder.Path, ["p1"])["p1"];

        Assert.Equal("A\uFFFD", Assert.Single(answer.Turns).Text);
    }

    [Fact]
    public void Records_of_journal_and_documents_are_kept()
    {
        var inJournal = SampleRun.Failed("cc_glm_headless", "coding_1") with { FailureReason = "reason-0" };
        var inDocument = SampleRun.Failed("cc_glm_headless", "coding_2") with { FailureReason = "reason-0" };
        var run = SampleRun.Write(folder, [inJournal, inDocument]);
        File.Delete(run.JobRecord(inJournal.JobId));
        Break(run.Journal);
        Break(run.JobRecord(inDocument.JobId));

        var reading = RunReader.Read(run, () => new RowList(), TestContext.Current.CancellationToken);

        Assert.Empty(reading.Notes);
        Assert.Equal(["reason-\uFFFD", "reason-\uFFFD"], reading.Sink.Rows.Select(row => row.FailureReason));
        Assert.Equal("reason-\uFFFD", JournalLines.LastRecordOf(run.Journal, inJournal.JobId).FailureReason);
    }

    [Fact]
    public void The_followed_journal_tells_of_it()
    {
        var run = SampleRun.Write(folder, [SampleRun.Failed("cc_glm_headless", "coding_1") with { FailureReason = "reason-0" }]);
        Break(run.Journal);

        Assert.Equal("reason-\uFFFD", Assert.Single(new JournalFollower(run.Journal).ReadNew(), n => n.Record is not null).Record!.FailureReason);
    }

    [Fact]
    public void What_a_dx_runner_prints_is_read()
    {
        Assert.Equal("\uFFFD", DxRunnerJob.TryParse("""{"state":"\ud83d"}""")!.State);
        Assert.Equal("A\uFFFD", DxRunnerAnswer.Of("""{"type":"text","part":{"text":"A\ud83d"}}""", out var mended));
        Assert.Equal(1, mended);
        Assert.Equal("text_mended", Assert.Single(OutcomeBuilder.OfTexts(requests: 0, mended)).Code);
    }

    [Fact]
    public void An_answer_is_compared_with_its_shape() =>
        Assert.Null(JsonShape.Mismatch("""{"\ud83d":"string"}""", "{\"\uD83D\":\"\\ud83d\"}"));

    private static void Break(string path) => File.WriteAllText(path, File.ReadAllText(path).Replace("reason-0", "reason-\\ud83d", StringComparison.Ordinal));
}
