using System.Text.Json;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Records;
using Bench.Fixtures.Tests.Gateway;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>Secrets planted in whole runs on the real agents: nothing that Bench keeps may hold them.</summary>
[Collection(nameof(RealLaneRunsTests))]
public sealed class CanaryRunsTests
{
    private const int LimitMs = 600_000;
    private const string GoodText = "Print what you were told.\nThen say DONE.";

    private static readonly string[] Hints = ["DONE"];

    private readonly Canary canary = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = LimitMs)]
    public async Task A_secret_in_prompt_environment_tool_output_answer_and_URL_is_nowhere_in_the_run_folder_and_the_cassette()
    {
        using var lab = Lab();
        lab.Environment["CANARY_API_KEY"] = canary.Value;
        lab.Settings["Gateway:RecordTo"] = lab.At("recorded", "c.ndjson");
        lab.Settings["PromptsFile"] = lab.Write("prompts.json", JsonSerializer.Serialize(new
        {
            version = 1,
            name = "canary",
            prompts = new object[]
            {
                new { id = "passes_1", category = "c", title = "Passes", prompt = $"Keep {canary.Value} to yourself.\nThen say DONE.", success_hints = Hints },
                new { id = "fails_1", category = "c", title = "Fails", prompt = $"See https://api.example/v1?key={canary.InUrl} and say DONE.", checks = new[] { new { kind = "command", value = "cat leak.txt; cat leak.txt >&2; exit 1" } } },
            },
        }));
        foreach (var prompt in new[] { "passes_1", "fails_1" })
        {
            lab.Write($"scripted/{prompt}.json", Script(prompt, canary.Command, $"DONE {canary.Value} https://api.example/v1?key={canary.InUrl} {{\"k\":\"{canary.InJson}\"}}"));
        }

        var records = await lab.RunAsync(Token);

        Assert.Equal(10, records.Count);
        Assert.All(records, r => Assert.Equal((r.JobId, r.PromptId == "passes_1", r.PromptId == "passes_1" ? null : FailureReasons.CheckFailed), (r.JobId, r.Success, r.FailureReason)));
        Assert.All(records, r => Assert.Contains("[REDACTED:known-secret]", r.Attempts[^1].Answer, StringComparison.Ordinal));
        AssertNone(canary.FindIn(lab.RunFolder.Root));
        AssertNone(canary.FindIn(lab.At("recorded")));
        AssertNone(lab.Problems);
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_secret_in_a_providers_error_is_nowhere_in_the_run_folder()
    {
        var message = $"Key {canary.Value} is not known: GET https://api.example/v1?key={canary.InUrl} {{\"key\":\"{canary.InJson}\"}}";
        var body = JsonSerializer.Serialize(new { type = "error", error = new { type = "authentication_error", code = 401, status = "UNAUTHENTICATED", message } });
        await using var provider = await FakeProvider.StartAsync(401, body, ("x-detail", canary.InUrl));
        using var lab = Live(provider.BaseUrl, provider.BaseUrl);

        var records = await RunLiveAsync(lab);

        Assert.Equal(5, records.Count);
        Assert.All(records, r => Assert.Equal((r.JobId, "env", FailureReasons.AuthError), (r.JobId, r.FailureCategory, r.FailureReason)));
        AssertNone(canary.FindIn(lab.RunFolder.Root));
        AssertNone(lab.Problems);
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_live_key_reaches_the_provider_and_no_agents_environment_configuration_or_workspace()
    {
        // Claude Code makes a token of its own for its children, which the scan of the kept workspaces would rightly find.
        const string look = "env | grep -v ^CLAUDE_CODE_MESSAGING_TOKEN= > env.txt; cat /proc/$PPID/environ > parent.txt; ls -la > list.txt";

        // A gateway whose token is the key stands for the provider: what is answered had the key, what had not is refused. To two agents it gives the key back, a few letters an event.
        await using var provider = await ModelGateway.StartAsync(GatewayBed.Options with { Token = canary.Value, Models = ["glm-5", "gemini-3-flash-preview"] }, Token);
        using var lab = new RunLab();
        ScriptedAnswer Answer(string text) => ScriptedAnswers.Load(Path.GetDirectoryName(lab.Write("scripted/live_1.json", Script("live_1", look, text)))!, ["live_1"])["live_1"];

        // Gemini CLI takes as many asterisks for a loop, and ends.
        var script = Answer("DONE");
        var echo = Answer($"It is {canary.Value}. DONE");
        using var glm = provider.OpenRoute(new RouteSpec { JobId = "glm", Attempt = 0, PromptId = "live_1", PromptText = GoodText, Model = "glm-5", Script = echo });
        using var gemini = provider.OpenRoute(new RouteSpec { JobId = "gemini", Attempt = 0, PromptId = "live_1", PromptText = GoodText, Model = "gemini-3-flash-preview", Script = script });
        using var live = Live(glm.BaseUrl, gemini.BaseUrl);
        live.Settings["KeepWorkspaces"] = "true";

        var records = await RunLiveAsync(live);

        var kept = live.Manifest().GetProperty("closing").GetProperty("kept_workspaces").GetString()!;
        try
        {
            Assert.Equal(5, records.Count);
            Assert.All(records, r => Assert.True(r.Success, $"{r.JobId}: {r.FailureEvidence}"));
            Assert.All(glm.Requests.Concat(gemini.Requests), r => Assert.Equal(200, r.Status));
            Assert.Equal(5, Directory.GetFiles(kept, "parent.txt", SearchOption.AllDirectories).Count(f => new FileInfo(f).Length > 0));
            AssertNone(canary.FindIn(kept));
            AssertNone(canary.FindIn(live.RunFolder.Root));
            AssertNone(live.Problems);
        }
        finally
        {
            Directory.Delete(kept, recursive: true);
        }
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_secret_that_an_agent_keeps_in_its_home_fails_a_run_that_keeps_its_workspaces()
    {
        using var lab = Lab();
        lab.Environment["CANARY_API_KEY"] = canary.Value;
        lab.Settings["Workflows"] = "cc_glm_headless";
        lab.Settings["KeepWorkspaces"] = "true";
        lab.Settings["PromptsFile"] = lab.Write("prompts.json", JsonSerializer.Serialize(new { version = 1, name = "n", prompts = new[] { new { id = "p_1", title = "P", prompt = $"Keep {canary.Value} and say DONE." } } }));
        lab.Write("scripted/p_1.json", """{ "schema_version": 1, "prompt_id": "p_1", "turns": [ { "text": "DONE" } ] }""");

        await lab.RunAsync(Token);

        var kept = lab.Manifest().GetProperty("closing").GetProperty("kept_workspaces").GetString()!;
        try
        {
            var problem = Assert.Single(lab.Problems);
            Assert.Matches($"{kept}/1/home/.*:[0-9]+ known-secret", problem);
            Assert.DoesNotContain(canary.Value, problem, StringComparison.Ordinal);
            Assert.NotEmpty(canary.FindIn(kept));
            AssertNone(canary.FindIn(lab.RunFolder.Root));
        }
        finally
        {
            Directory.Delete(kept, recursive: true);
        }
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_secret_in_the_run_folder_fails_the_run_with_file_and_line_and_without_its_value()
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run" } };
        lab.Environment["CANARY_API_KEY"] = canary.Value;
        var inputs = lab.Inputs();
        await using var run = await BenchRun.OpenAsync(inputs, [.. inputs.Plan.Jobs.Select(j => j.JobId)], TimeProvider.System, Token);
        run.Start();
        await Task.WhenAll(inputs.Plan.Jobs.Select(j => run.ResultAsync(j.JobId)));
        await File.WriteAllTextAsync(Path.Combine(run.Folder, "raw", "planted.log"), $"one\ntwo\nthree {canary.Value}\n{canary.InUrl}\n", Token);

        var problems = await run.CloseAsync();

        var manifest = await File.ReadAllTextAsync(Path.Combine(run.Folder, "manifest.json"), Token);
        Assert.All([Assert.Single(problems), manifest], text => Assert.Contains("raw/planted.log:3 known-secret", text, StringComparison.Ordinal));
        Assert.All([Assert.Single(problems), manifest], text => Assert.Contains("raw/planted.log:4 known-secret", text, StringComparison.Ordinal));
        AssertNone(canary.FindIn(run.Folder).Where(f => !f.StartsWith("raw/planted.log", StringComparison.Ordinal)));
        Assert.DoesNotContain(canary.Value, problems[0], StringComparison.Ordinal);
    }

    private static void AssertNone(IEnumerable<string> found)
    {
        var all = string.Join('\n', found);
        Assert.True(all.Length == 0, all);
    }

    private static RunLab Lab() => new()
    {
        Settings =
        {
            ["Workflows"] = RunLab.AllLanes,
            ["Parallel"] = "2",
            ["Timeout"] = "240s",
            ["StallThreshold"] = "200s",
            ["MaxRetries"] = "0",
            ["RunId"] = "canary-" + Guid.NewGuid().ToString("N"),
        },
    };

    private static RunLab Live(string glm, string gemini)
    {
        var variable = "BENCHTEST" + Guid.NewGuid().ToString("N").ToUpperInvariant() + "_VALUE";
        var lab = Lab();
        lab.Settings["Profile"] = "live";
        foreach (var (system, url) in new[] { ("OpenCode", glm + "/v1"), ("CcGlm", glm), ("Gemini", gemini) })
        {
            lab.Settings[$"Live:{system}:BaseUrl"] = url;
            lab.Settings[$"Live:{system}:KeyVariable"] = variable;
        }

        lab.Settings["PromptsFile"] = lab.Write("prompts.json", JsonSerializer.Serialize(new { version = 1, name = "n", prompts = new[] { new { id = "live_1", title = "Live", prompt = GoodText, success_hints = Hints } } }));
        return lab;
    }

    // The lanes read keys where a person puts them: in the process's environment.
    private async Task<IReadOnlyList<JobRecord>> RunLiveAsync(RunLab lab)
    {
        var variable = lab.Settings["Live:Gemini:KeyVariable"];
        lab.Environment[variable] = canary.Value;
        Environment.SetEnvironmentVariable(variable, canary.Value);
        try
        {
            return await lab.RunAsync(Token);
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }

    private static string Script(string prompt, string command, string answer) => JsonSerializer.Serialize(new
    {
        schema_version = 1,
        prompt_id = prompt,
        turns = new object[]
        {
            new { text = "I look.", tool_calls = new[] { new { tool = "shell", command } } },
            new { text = answer },
        },
    });
}
