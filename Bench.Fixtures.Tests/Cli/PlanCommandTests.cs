using System.Text.Json;
using Bench.Cli;
using Bench.Cli.Commands;

namespace Bench.Fixtures.Tests.Cli;

public sealed class PlanCommandTests : IDisposable
{
    private readonly CliRun run = new();

    public void Dispose() => run.Dispose();

    [Fact]
    public async Task The_plan_shows_jobs_in_order_lanes_and_settings_with_their_sources()
    {
        run.Write("a.runsettings", "<RunSettings><RunConfiguration><EnvironmentVariables><BENCH__Trials>2</BENCH__Trials></EnvironmentVariables></RunConfiguration></RunSettings>");
        run.Environment["BENCH__Seed"] = "5";
        run.Environment["OPENCODE_MODEL"] = "openrouter/glm-5";

        var exitCode = await run.RunAsync(PlanCommand.Create, "plan", "--settings", "a.runsettings", "-p:BenchMaxRetries=3", "--set", "ProviderLimits=openrouter=1");

        Assert.Equal(ExitCodes.Ok, exitCode);
        Assert.Equal("", run.Error);
        Snapshot.Match(run.Output);
    }

    [Fact]
    public async Task With_json_the_plan_is_one_document()
    {
        var exitCode = await run.RunAsync(PlanCommand.Create, "plan", "--json");

        Assert.Equal(ExitCodes.Ok, exitCode);
        Snapshot.Match(run.Output);
        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal(4, document.RootElement.GetProperty("jobs").GetArrayLength());
    }

    [Fact]
    public async Task Unknown_prompts_are_named_all_beside_wrong_settings()
    {
        var exitCode = await run.RunAsync(PlanCommand.Create, "plan", "--set", "Prompts=p3,other,p1", "--set", "Paralel=1", "--set", "Trials=0");

        Assert.Equal(ExitCodes.Usage, exitCode);
        var problems = run.Error.Trim().Split('\n');
        Assert.Equal(4, problems.Length);
        Assert.StartsWith("Prompts names 'p3', which", problems[2], StringComparison.Ordinal);
        Assert.StartsWith("Prompts names 'other', which", problems[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_there_is_no_bench_json_is_said()
    {
        var exitCode = await run.RunAsync(PlanCommand.Create, "plan", "--json", "--project", "prompts");

        Assert.Equal(ExitCodes.Ok, exitCode);
        Assert.Equal("There is no bench.json in '<root>/prompts': defaults, environment and options apply. Name the benchmark project by --project.", run.Error.Trim());
    }

    [Fact]
    public async Task A_plan_writes_nothing()
    {
        var before = Directory.EnumerateFileSystemEntries(run.Root, "*", SearchOption.AllDirectories).Order().ToList();

        await run.RunAsync(PlanCommand.Create, "plan");

        Assert.Equal(before, Directory.EnumerateFileSystemEntries(run.Root, "*", SearchOption.AllDirectories).Order());
    }

    [Fact]
    public async Task Every_MSBuild_property_is_understood()
    {
        string[] properties = ["BenchTrials=2", "benchgatewayfirsttokendelay=30ms", "BenchModelCcGlm=glm-6", "BenchWorkflows=gemini_run_headless+cc_glm_headless"];

        await run.RunAsync(PlanCommand.Create, ["plan", "--json", .. properties.SelectMany(property => new[] { "-p", property })]);

        using var document = JsonDocument.Parse(run.Output);
        var given = document.RootElement.GetProperty("settings").EnumerateArray()
            .Where(setting => setting.GetProperty("source").GetString() == "msbuild")
            .Select(setting => $"{setting.GetProperty("key").GetString()}={setting.GetProperty("value").GetString()}");
        Assert.Equal(["Gateway:FirstTokenDelay=30ms", "Model:CcGlm=glm-6", "Trials=2", "Workflows=gemini_run_headless+cc_glm_headless"], given);
    }

    [Theory]
    [InlineData("workflow", "--set", "Workflows=cc_glm_headles")]
    [InlineData("parallel", "--set", "Parallel=0")]
    [InlineData("property", "-p:BenchParralel=2", "-p:Configuration=Release")]
    [InlineData("pair", "--set", "Parallel")]
    [InlineData("runsettings", "--settings", "no.runsettings")]
    [InlineData("prompts", "--set", "PromptsFile=prompts/no.json")]
    [InlineData("project", "--project", "nowhere")]
    public async Task Faulty_settings_end_with_64_and_say_what_to_do(string name, params string[] args)
    {
        var exitCode = await run.RunAsync(PlanCommand.Create, ["plan", .. args]);

        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Equal("", run.Output);
        Snapshot.Match(run.Error, name);
    }

    [Fact]
    public async Task Faults_of_the_prompts_end_with_64()
    {
        run.Write("prompts/benchmark_prompts.json", """{ "prompts": [ { "prompt": "x" }, { "id": "a", "prompt": "x" }, { "id": "a" } ] }""");

        var exitCode = await run.RunAsync(PlanCommand.Create, "plan");

        Assert.Equal(ExitCodes.Usage, exitCode);
        Snapshot.Match(run.Error);
    }

    [Theory]
    [InlineData("plan", "--json", "--set", "Parallel=0")]
    [InlineData("plan", "--json", "--unknown")]
    [InlineData("--json", "nothing")]
    public async Task With_json_a_mistake_is_one_document_too(params string[] args)
    {
        var exitCode = await run.RunAsync(PlanCommand.Create, args);

        Assert.Equal(ExitCodes.Usage, exitCode);
        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal("usage", document.RootElement.GetProperty("error").GetString());
        Assert.NotEmpty(document.RootElement.GetProperty("problems").EnumerateArray());
        Assert.NotEqual("", run.Error);
    }

    [Theory]
    [InlineData("paln")]
    [InlineData("plan", "--unknown")]
    [InlineData("plan", "--settings")]
    public async Task Arguments_that_cannot_be_understood_end_with_64(params string[] args)
    {
        var exitCode = await run.RunAsync(PlanCommand.Create, args);

        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.NotEqual("", run.Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("docs/deep")]
    [InlineData("Bench.Tests")]
    [InlineData("Bench.Tests/bin")]
    public async Task The_project_is_found_from_anywhere_in_the_repository(string folder)
    {
        run.CurrentFolder = Path.Combine(run.Root, folder);
        Directory.CreateDirectory(run.CurrentFolder);

        await run.RunAsync(PlanCommand.Create, "plan", "--json");

        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal(3, document.RootElement.GetProperty("parallel").GetInt32());
    }

    [Fact]
    public async Task Of_several_projects_one_has_to_be_named()
    {
        run.Write("Other.Tests/bench.json", """{ "Parallel": 7, "Workflows": "gemini_run_headless" }""");
        run.Write("Other.Tests/Other.Tests.csproj", "<Project />");

        var unnamed = await run.RunAsync(PlanCommand.Create, "plan");
        var named = await run.RunAsync(PlanCommand.Create, "plan", "--json", "--project", "Other.Tests/Other.Tests.csproj");

        Assert.Equal((ExitCodes.Usage, ExitCodes.Ok), (unnamed, named));
        Assert.Equal("Several folders below '<root>' have a bench.json: 'Bench.Tests', 'Other.Tests'. Name one by --project.", run.Error.TrimEnd());
        using var document = JsonDocument.Parse(run.Output);
        Assert.Equal(7, document.RootElement.GetProperty("parallel").GetInt32());
    }
}
