using System.Text;
using System.Text.Json;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Tests.Records;

public class RecordJsonTests
{
    [Fact]
    public void A_record_survives_the_round_trip()
    {
        var record = SampleRun.Passed("opencode_server_http", "coding_1", trial: 2, retries: 1) with
        {
            Incidents = [new IncidentRecord("hung_after_success", "12 s")],
            Checks = [new CheckRecord("contains", "\"status\"", true, null)],
            CostUsd = 0.000123456789m,
        };

        var back = RecordJson.Deserialize(RecordJson.Serialize(record));

        // Lists compare by reference, so the comparison is that of the written form.
        Assert.Equal(Encoding.UTF8.GetString(RecordJson.Serialize(record)), Encoding.UTF8.GetString(RecordJson.Serialize(back)));
        Assert.Equal(0.000123456789m, back.CostUsd);
        Assert.Equal("hung_after_success", back.Incidents[0].Code);
        Assert.Equal(2, back.Attempts.Count);
    }

    [Fact]
    public void Every_field_is_present_even_when_unknown()
    {
        var record = SampleRun.Cancelled("cc_glm_headless", "coding_1");

        using var json = JsonDocument.Parse(RecordJson.Serialize(record));

        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("completion_latency_ms").ValueKind);
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("fallback_reason").ValueKind);
        Assert.Equal(3, json.RootElement.GetProperty("schema_version").GetInt32());
    }

    [Fact]
    public void Milliseconds_keep_three_decimals_and_ratios_all_of_theirs()
    {
        var record = SampleRun.Passed("cc_glm_headless", "coding_1") with
        {
            CompletionLatencyMs = 1234.567891,
            StartupLatencyMs = 42.0,
            AgentOverheadMs = double.NaN,
            HintMatchRatio = 2.0 / 3,
        };

        var json = Encoding.UTF8.GetString(RecordJson.Serialize(record));

        Assert.Contains("\"completion_latency_ms\":1234.568,", json, StringComparison.Ordinal);
        Assert.Contains("\"startup_latency_ms\":42,", json, StringComparison.Ordinal);
        Assert.Contains("\"agent_overhead_ms\":null,", json, StringComparison.Ordinal);
        Assert.Contains("\"hint_match_ratio\":0.6666666666666666,", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_what_JSON_demands_is_escaped()
    {
        var record = SampleRun.Passed("cc_glm_headless", "coding_1") with { PromptTitle = "日本 <b> & 'x' \"q\" \n" };

        var json = Encoding.UTF8.GetString(RecordJson.Serialize(record));

        Assert.Contains("\"prompt_title\":\"日本 <b> & 'x' \\\"q\\\" \\n\"", json, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', json);
    }

    [Fact]
    public void An_indented_record_compacts_to_the_very_bytes_of_its_line()
    {
        var record = SampleRun.Passed("opencode_server_http", "coding_1", retries: 1) with { PromptTitle = "a \\ \" b\\\\ \" : { } [ ] , \t\n end\\" };
        var indented = RecordJson.SerializeIndented(record);
        var target = new byte[indented.Length];

        var length = JsonCompactor.Compact(indented, target);

        Assert.Equal(Encoding.UTF8.GetString(RecordJson.Serialize(record)), Encoding.UTF8.GetString(target, 0, length));
    }

    [Fact]
    public void Attempts_are_the_last_field_which_lets_the_reader_stop_before_them()
    {
        using var json = JsonDocument.Parse(RecordJson.Serialize(SampleRun.Passed("cc_glm_headless", "coding_1")));

        Assert.Equal("attempts", json.RootElement.EnumerateObject().Last().Name);
    }

    [Fact]
    public void The_row_reader_knows_every_field_that_it_reads_by_its_written_name()
    {
        using var json = JsonDocument.Parse(RecordJson.Serialize(SampleRun.Passed("cc_glm_headless", "coding_1")));
        var finder = new RecordFieldFinder();

        var found = json.RootElement.EnumerateObject().Select(property => finder.Find(Encoding.UTF8.GetBytes(property.Name))).ToHashSet();

        // The original harness's own.
        Assert.Equal(RecordField.TimedOut, finder.Find("timed_out"u8));
        Assert.Equal(Enum.GetValues<RecordField>().Except([RecordField.TimedOut]).ToHashSet(), found);
    }

    [Fact]
    public void Every_bound_is_the_name_of_a_field_and_survives_the_round_trip()
    {
        using var json = JsonDocument.Parse(RecordJson.Serialize(SampleRun.Passed("cc_glm_headless", "coding_1")));
        var fields = json.RootElement.EnumerateObject().Select(property => property.Name).ToHashSet();
        var all = Enum.GetValues<RecordBounds>().Aggregate((sum, bound) => sum | bound);

        Assert.Subset(fields, all.Names().ToHashSet());
        Assert.Equal(all, RecordBoundNames.Parse(all.Names()));
        Assert.All(Enum.GetValues<RecordBounds>(), bound => Assert.Equal(bound, RecordBoundNames.Parse(JsonSerializer.SerializeToUtf8Bytes(bound.Names()))));
        Assert.Equal(RecordBounds.None, RecordBoundNames.Parse(["a_later_versions_own"]));
    }
}
