using System.Text;
using System.Text.Json;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Planning;

public sealed class ManifestTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 4, 6, 6, 7, TimeSpan.FromHours(1));

    [Fact]
    public void The_manifest_says_everything_that_the_run_will_do()
    {
        var json = Encoding.UTF8.GetString(Sample().ToJson());

        Snapshot.Match(json);
    }

    [Fact]
    public void The_example_of_the_format_page_is_a_manifest()
    {
        var example = FormatPage.Fence("manifest.md", "json");

        var manifest = Manifest.Parse(Encoding.UTF8.GetBytes(example));

        Assert.Equal(example, Encoding.UTF8.GetString(manifest.ToJson()));
    }

    [Fact]
    public void The_format_page_describes_every_field()
    {
        var page = FormatPage.Text("manifest.md");
        using var document = JsonDocument.Parse(Ended().ToJson());

        Assert.All(document.RootElement.EnumerateObject(), field => Assert.Contains($"| `{field.Name}` |", page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_fields_of_the_original_harness_are_all_there()
    {
        string[] fields =
        [
            "run_id", "created_at", "workflows", "model", "model_selected", "fallback_reason", "parallel", "max_retries", "timeout_sec", "dry_run", "cwd",
            "prompts_file", "governance",
        ];
        string[] governance = ["required_baseline", "allowlist", "stall_detector_enabled", "stall_threshold_sec"];
        using var document = JsonDocument.Parse(Sample().ToJson());

        Assert.All(fields, field => Assert.True(document.RootElement.TryGetProperty(field, out _), field));
        Assert.All(governance, field => Assert.True(document.RootElement.GetProperty("governance").TryGetProperty(field, out _), field));
    }

    [Fact]
    public void A_manifest_reads_back_as_it_was()
    {
        var json = Ended().ToJson();

        Assert.Equal(json, Manifest.Parse(json).ToJson());
    }

    [Fact]
    public void An_ended_run_keeps_what_its_agents_had_become()
    {
        var manifest = Ended();

        Assert.Equal(("completed", "2026-03-04T05:16:07Z"), (manifest.Status, manifest.CompletedAt));
        Assert.Equal("2.0.1", manifest.Agents[0].VersionAfter);
        Assert.Null(manifest.Agents[1].Sha256After);
        Assert.Equal(["opencode", "claude"], manifest.ChangedAgents.Select(agent => agent.Kind));
        Assert.Empty(Sample().ChangedAgents);
    }

    [Fact]
    public void Agents_that_stayed_the_same_are_not_reported()
    {
        var sample = Sample();

        Assert.Empty(sample.Ended("completed", Start, sample.Agents).ChangedAgents);
    }

    [Theory]
    [InlineData("""{ "run_id": "run-1", "created_at": "2026-02-18T00:00:00Z" }""")]
    [InlineData("null")]
    [InlineData("{")]
    public void Anything_else_is_refused(string json)
    {
        var error = Assert.Throws<BenchUsageException>(() => Manifest.Parse(Encoding.UTF8.GetBytes(json)));

        Assert.StartsWith("The manifest cannot be read: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_of_another_version_is_refused()
    {
        var json = (Sample() with { SchemaVersion = 9 }).ToJson();

        var error = Assert.Throws<BenchUsageException>(() => Manifest.Parse(json));

        Assert.Contains("schema version 9, this version of Bench reads 2", error.Message, StringComparison.Ordinal);
    }

    private static Manifest Sample()
    {
        var prompts = PlanningData.Prompts("p1", "p2");
        var settings = PlanningData.Settings("opencode_run_headless", "opencode_server_http", "cc_glm_headless") with
        {
            Order = JobOrder.Sequential,
            ProviderLimits = new Dictionary<string, int> { ["cc-glm"] = 2 },
            Parallel = 4,
            Sources = [new("Parallel", "auto", "default"), new("Workflows", "opencode_run_headless,opencode_server_http,cc_glm_headless", "environment")],
        };
        return Manifest.Of(prompts, settings, Planner.Plan(prompts, settings), new()
        {
            CreatedAt = Start,
            WorkingFolder = "/bench",
            Agents =
            [
                new() { Kind = "opencode", Path = "/bench/agents/node_modules/opencode-linux-x64/bin/opencode", FoundIn = "agents", Version = "2.0.0", Sha256 = new string('1', 64) },
                new() { Kind = "claude", Path = "/usr/bin/claude", FoundIn = "path", Version = "3.0.0", Sha256 = new string('2', 64) },
            ],
            Tools = new() { Bench = "0.1.0", Dotnet = "10.0.12", Git = "2.39.5" },
            Repository = new() { Commit = new string('c', 40), Dirty = true },
            Host = new() { Os = "Debian GNU/Linux 12 (bookworm)", Architecture = "x64", CpuCount = 2, MemoryBytes = 25_000_000_000 },
            Isolation = "own work tree, home and environment",
            ProcessMark = "4711.882734.1",
        });
    }

    private static Manifest Ended()
    {
        var sample = Sample();
        return sample.Ended("completed", Start.AddMinutes(10), [sample.Agents[0] with { Version = "2.0.1" }]);
    }
}
