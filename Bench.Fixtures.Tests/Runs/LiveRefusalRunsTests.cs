using System.Text.Json;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Records;
using Bench.Fixtures.Tests.Gateway;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>Whole live runs on real agents at a provider on loopback that refuses everything: what every job would be told is asked once.</summary>
[Collection(nameof(RealLaneRunsTests))]
public sealed class LiveRefusalRunsTests
{
    private const int LimitMs = 600_000;

    private static readonly string[] Hints = ["DONE"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = LimitMs)]
    public async Task A_refused_key_reaches_the_provider_at_most_twice_per_lane_and_the_last_screen_names_its_variable()
    {
        await using var provider = await FakeProvider.StartAsync(401, JsonSerializer.Serialize(new { type = "error", error = new { type = "authentication_error", code = "invalid_api_key", message = "no such key" } }));
        using var lab = Live(provider.BaseUrl, RunLab.AllLanes, prompts: 3);
        lab.Settings["Parallel"] = "4";

        var records = await RunAsync(lab);

        Assert.Equal(15, records.Count);
        Assert.All(records, r => Assert.Equal((r.JobId, JobStatuses.Failed, "env/auth_error"), (r.JobId, r.Status, r.OutcomeName)));
        Assert.All(records.GroupBy(r => r.WorkflowId), lane => Assert.Single(lane, r => r.Attempts.Count == 1));
        Assert.All(records.Where(r => r.Attempts.Count == 0), r => Assert.Equal((LaneStops.LaneRule, null), (r.FailureRule, r.JobStartedAt)));
        Assert.All(AskedByLane(lab), lane => Assert.InRange(lane.Count, 1, 2));
        Assert.InRange(provider.Requests.Count, 5, 10);
        var screen = Screen(lab);
        Assert.Contains("failed: cc_glm_headless env/auth_error, 3 jobs (2 not run)", screen, StringComparison.Ordinal);
        Assert.Contains($"environment variable {lab.Settings["Live:CcGlm:KeyVariable"]}", screen, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_redirect_is_a_wrong_base_URL_on_every_lane()
    {
        await using var provider = await FakeProvider.StartAsync(context =>
        {
            (context.Response.StatusCode, context.Response.Headers.Location) = (StatusCodes.Status302Found, "https://login.example/in");
            return Task.CompletedTask;
        });
        using var lab = Live(provider.BaseUrl, RunLab.AllLanes, prompts: 1);

        var records = await RunAsync(lab);

        Assert.All(records, r => Assert.Equal((r.JobId, "env/wrong_base_url", "gateway.redirected"), (r.JobId, r.OutcomeName, r.FailureRule)));
        Assert.All(AskedByLane(lab), lane => Assert.InRange(lane.Count, 1, 2));
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_web_page_is_a_wrong_base_URL_on_every_lane()
    {
        await using var provider = await FakeProvider.StartAsync(async context =>
        {
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<!DOCTYPE html><title>Welcome</title>", Token);
        });
        using var lab = Live(provider.BaseUrl, RunLab.AllLanes, prompts: 1);

        var records = await RunAsync(lab);

        Assert.All(records, r => Assert.Equal((r.JobId, "env/wrong_base_url", "gateway.no_api"), (r.JobId, r.OutcomeName, r.FailureRule)));
    }

    [Fact(Timeout = LimitMs)]
    public async Task A_provider_that_asks_to_wait_for_a_day_ends_its_jobs_at_once()
    {
        await using var provider = await FakeProvider.StartAsync(429, """{"type":"error","error":{"type":"rate_limit_error","message":"come back tomorrow"}}""", ("Retry-After", "86400"));
        using var lab = Live(provider.BaseUrl, "cc_glm_headless", prompts: 3);
        lab.Settings["MaxRetries"] = "3";

        var records = await RunAsync(lab);

        Assert.All(records, r => Assert.Equal("env/quota_or_rate_limit", r.OutcomeName));
        var ran = Assert.Single(records, r => r.Attempts.Count == 1);
        Assert.EndsWith("The provider asks to wait 24 h; Bench waits for 15 min at most.", ran.FailureEvidence, StringComparison.Ordinal);
        Assert.All(records.Except([ran]), r => Assert.Equal((LaneStops.ProviderRule, 0), (r.FailureRule, r.Attempts.Count)));
        Assert.Contains("asks to wait 24 h", Screen(lab), StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMs)]
    public async Task What_a_stopped_lane_left_out_is_run_by_a_resume()
    {
        using var lab = Live("http://127.0.0.1:9", "cc_glm_headless", prompts: 3);
        lab.Settings["MaxRetries"] = "0";
        lab.Settings["CcGlm:HeadlessScript"] = TestFolder.WriteProgram(lab.At("cc-glm.sh"), $"#!/bin/sh\n[ -r '{lab.At("token")}' ] || {{ echo 'Token file not found' >&2; exit 1; }}\nexit 5\n");

        var stopped = await RunAsync(lab);
        lab.Write("token", "t");
        lab.Settings["Resume"] = lab.RunFolder.Root;
        lab.Settings.Remove("RunId");
        var resumed = await RunAsync(lab);

        Assert.Equal([(1, "stderr.unasked_auth"), (0, LaneStops.LaneRule), (0, LaneStops.LaneRule)], stopped.Select(r => (r.Attempts.Count, r.FailureRule!)));
        Assert.Equal([(1, "stderr.unasked_auth"), (1, "exit.nonzero"), (1, "exit.nonzero")], resumed.Select(r => (r.Attempts.Count, r.FailureRule!)));
    }

    private static RunLab Live(string baseUrl, string lanes, int prompts)
    {
        var lab = new RunLab
        {
            Settings =
            {
                ["Profile"] = "live", ["Workflows"] = lanes, ["Parallel"] = "2", ["Timeout"] = "240s", ["StallThreshold"] = "200s", ["MaxRetries"] = "1",
                ["RunId"] = "refusal-" + Guid.NewGuid().ToString("N"),
            },
        };
        foreach (var system in new[] { "OpenCode", "CcGlm", "Gemini" })
        {
            lab.Settings[$"Live:{system}:BaseUrl"] = baseUrl;
            lab.Settings[$"Live:{system}:KeyVariable"] = $"BENCHTEST{system.ToUpperInvariant()}{Guid.NewGuid():N}_VALUE";
        }

        lab.Settings["PromptsFile"] = lab.Write("prompts.json", JsonSerializer.Serialize(new
        {
            version = 1,
            name = "n",
            prompts = Enumerable.Range(1, prompts).Select(i => new { id = FormattableString.Invariant($"live_{i}"), title = "Live", prompt = "Say DONE.", success_hints = Hints }),
        }));
        return lab;
    }

    // The lanes read keys where a person puts them: in the process's environment.
    private static async Task<IReadOnlyList<JobRecord>> RunAsync(RunLab lab)
    {
        var variables = lab.Settings.Where(setting => setting.Key.EndsWith(":KeyVariable", StringComparison.Ordinal)).Select(setting => setting.Value).ToList();
        try
        {
            variables.ForEach(variable => Environment.SetEnvironmentVariable(variable, lab.Environment[variable] = "key-0123456789abcdef"));
            return await lab.RunAsync(Token);
        }
        finally
        {
            variables.ForEach(variable => Environment.SetEnvironmentVariable(variable, null));
        }
    }

    private static string Screen(RunLab lab)
    {
        using var screen = new StringWriter();
        RunEnding.Print(lab.RunFolder, screen);
        return screen.ToString();
    }

    // What the gateway refused by itself never reached the provider.
    private static List<(string Lane, int Count)> AskedByLane(RunLab lab) =>
    [
        .. File.ReadLines(lab.RunFolder.GatewayUsage)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("status").GetInt32() != 404 && line.GetProperty("error").GetString() != "upstream_unauthorized")
            .CountBy(line => line.GetProperty("job").GetString()!.Split("__")[0])
            .Select(lane => (lane.Key, lane.Value)),
    ];
}
