using System.Runtime.Versioning;
using System.Text.Json;
using Bench.Cli;
using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Tests.Gates;

namespace Bench.Fixtures.Tests.Dispatches;

/// <summary>What start refuses, before anything is spent.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class StartPolicyTests : IDisposable
{
    private readonly DispatchLab lab = new();

    public void Dispose()
    {
        Assert.Equal(0, lab.Workers());
        lab.Dispose();
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Another_model_than_the_policys_needs_leave()
    {
        var refused = await RefusedAsync(DispatchExitCodes.ModelOverrideBlocked, "--provider", "opencode", "--model", "zhipuai-coding-plan/gemini-3-flash-preview");

        Assert.Equal(DispatchReasons.ModelOverrideBlocked, refused.GetProperty("reason_code").GetString());
        Assert.Equal(
            "--model is 'zhipuai-coding-plan/gemini-3-flash-preview', but the policy for opencode is 'zhipuai-coding-plan/glm-5'. Leave --model out, or say --allow-model-override.\n",
            lab.Error);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task With_leave_the_job_runs_on_the_other_model()
    {
        lab.Settings["Gateway:Models"] = "glm-5,glm-6";

        Assert.Equal(0, await lab.StartAsync("bd-1", "--model", "glm-6", "--allow-model-override"));
        var outcome = await lab.EndAsync("bd-1");

        Assert.Equal((DispatchOutcomeStates.Success, "glm-6"), (outcome.State, outcome.SelectedModel));
        Assert.Equal(("glm-6", true), (lab.Entry("bd-1").Job.Model, lab.Entry("bd-1").Job.ModelOverrideAllowed));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("opencode", "zhipuai-coding-plan/glm-9", "--provider cc-glm, then --provider gemini.")]
    [InlineData("cc-glm", "glm-9", "--provider gemini.")]
    [InlineData("gemini", "gemini-9", "There is no further route.")]
    public async Task A_model_that_is_not_served_is_refused_and_never_changed(string provider, string model, string route)
    {
        var refused = await RefusedAsync(DispatchExitCodes.ModelUnavailable, "--provider", provider, "--model", model, "--allow-model-override");

        Assert.Equal(DispatchReasons.ModelUnavailable, refused.GetProperty("reason_code").GetString());
        Assert.EndsWith(route + "\n", lab.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_policys_own_model_is_refused_too_when_it_is_not_served()
    {
        lab.Settings["Model:CcGlm"] = "glm-9";

        await RefusedAsync(DispatchExitCodes.ModelUnavailable, "--provider", "cc-glm");
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("nowhere", "worktree_missing")]
    [InlineData("task.prompt", "worktree_missing")]
    [InlineData("project", "not_a_git_repo")]
    [InlineData("jobs/tree", "worktree_not_allowed")]
    [InlineData("broken", "not_a_git_repo")]
    public async Task A_work_tree_that_cannot_be_used_is_refused(string place, string reason)
    {
        lab.Runs.Write("jobs/tree/.git/HEAD", "ref: refs/heads/main\n");
        lab.Runs.Write("broken/.git", "gitdir: nowhere\n");

        var refused = await RefusedAsync(DispatchExitCodes.WorktreeRefused, "--provider", "cc-glm", "--worktree", lab.Runs.At(place));

        Assert.Equal(reason, refused.GetProperty("reason_code").GetString());
        Assert.Contains(lab.Runs.At(place), lab.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_provider_that_does_not_exist_ends_with_20_and_the_nearest_name()
    {
        await RefusedAsync(DispatchExitCodes.UnknownProvider, "--provider", "opencod");

        Assert.Equal("--provider is 'opencod', which does not exist. Did you mean 'opencode'? Known: 'opencode', 'cc-glm', 'gemini'.\n", lab.Error);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_missing_agent_ends_with_21()
    {
        lab.Settings["Agents:Gemini"] = lab.Runs.At("no", "gemini");

        var refused = await RefusedAsync(DispatchExitCodes.PreflightFailed, "--provider", "gemini");

        Assert.Equal(DispatchReasons.PreflightFailed, refused.GetProperty("reason_code").GetString());
        Assert.Contains("cli_missing", lab.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_machine_that_cannot_start_detached_processes_ends_with_27()
    {
        lab.CanDetach = false;

        var refused = await RefusedAsync(DispatchExitCodes.ModeUnsupported, "--provider", "cc-glm");

        Assert.Equal(DispatchReasons.ExecutionModeUnsupported, refused.GetProperty("reason_code").GetString());
        Assert.StartsWith("Detached jobs need Linux", lab.Error, StringComparison.Ordinal);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("Soak:Rounds=2")]
    [InlineData("Soak:Rounds=2", "Soak:Dispatcher=/bin/sh", "Profile=live")]
    public async Task A_soak_is_no_dispatched_job(params string[] settings)
    {
        var exitCode = await lab.StartAsync("bd-1", [.. settings.SelectMany(setting => new[] { "--set", setting })]);

        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Contains("Soak:Rounds is '2', but a dispatched job is no soak.", lab.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(lab.Jobs));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_prompt_in_which_a_rule_finds_a_secret_is_refused_with_the_rules_name()
    {
        const string Token = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a";
        File.AppendAllText(lab.Prompt, $"The token is {Token}.\n");

        Assert.Equal(ExitCodes.Usage, await lab.StartAsync("bd-1"));

        Assert.Contains("holds what looks like a secret (rule '", lab.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Token, lab.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(lab.Jobs));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Several_refusals_are_all_named_and_the_gravest_gives_the_exit_code()
    {
        var refused = await RefusedAsync(DispatchExitCodes.ModelOverrideBlocked, "--provider", "cc-glm", "--model", "glm-9", "--worktree", "nowhere");

        Assert.Equal(
            [DispatchReasons.ModelOverrideBlocked, DispatchReasons.ModelUnavailable, DispatchReasons.WorktreeMissing],
            refused.GetProperty("problems").EnumerateArray().Select(problem => problem.GetProperty("reason_code").GetString()));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task All_wrong_arguments_and_settings_are_named_at_once_with_64()
    {
        lab.Environment["MY_API_KEY"] = "abcdefgh12345678";
        lab.Runs.Write("secret.prompt", "The key is abcdefgh12345678.");
        lab.Settings["Faults"] = "status_500";
        lab.Settings["Gateway:RecordTo"] = "cassette.ndjson";
        lab.Settings["Dispatch:Limits"] = "cc-glm=0,gemni=1";

        var first = await lab.RunAsync("start", "--beads", "../x", "--provider", "cc-gml", "--prompt-file", lab.Runs.At("no.prompt"), "--prompt-id", "A b", "--worktree", "nowhere");
        var problems = lab.Error;
        lab.Settings.Remove("Dispatch:Limits");
        var second = await lab.RunAsync("start", "--beads", "bd-1", "--provider", "cc-glm", "--prompt-file", lab.Runs.At("secret.prompt"));

        Assert.Equal((ExitCodes.Usage, ExitCodes.Usage), (first, second));
        Snapshot.Match($"{problems}---\n{lab.Error}".Replace(lab.Runs.At(), "<lab>", StringComparison.Ordinal));
        Assert.Empty(Directory.Exists(lab.Jobs) ? Directory.GetDirectories(lab.Jobs) : []);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_prompt_without_a_script_says_what_to_write_or_to_set()
    {
        lab.Runs.Write("Fix the Bug!.md", "Fix it.");

        var exitCode = await lab.RunAsync("start", "--beads", "bd-1", "--provider", "cc-glm", "--prompt-file", lab.Runs.At("Fix the Bug!.md"));

        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Contains("scripted/fix_the_bug.json'. Write it (docs/formats/scripted-answer.md)", lab.Error, StringComparison.Ordinal);
        Assert.EndsWith("Or ask the real provider: --set Profile=live.\n", lab.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_folder_of_the_work_tree_that_is_not_its_top_is_refused()
    {
        using var git = await new GitLab().InitAsync();
        git.Write("main/sub/file", "");

        await RefusedAsync(DispatchExitCodes.WorktreeRefused, "--provider", "cc-glm", "--worktree", git.At("main/sub"));

        Assert.Contains("git rev-parse --show-toplevel", lab.Error, StringComparison.Ordinal);
    }

    private async Task<JsonElement> RefusedAsync(int exitCode, params string[] arguments)
    {
        var refused = await lab.JsonAsync(exitCode, ["start", "--beads", "bd-1", "--prompt-file", lab.Prompt, .. arguments]);
        Assert.Equal((false, exitCode), (refused.GetProperty("started").GetBoolean(), refused.GetProperty("exit_code").GetInt32()));
        Assert.False(Directory.Exists(lab.Instance("bd-1").Root));
        return refused;
    }
}
