using Bench.Fixtures.Processes;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures.Tests.Workflows;

public sealed class AnswerVerifierTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Every_check_is_judged_and_hints_are_counted_apart()
    {
        var verdict = await VerifyAsync(
            "I answer: {\"Status\":\"ok\"} O(N)",
            new PromptCheck(CheckKind.Contains, "\"status\""),
            new PromptCheck(CheckKind.Contains, "o(n)"),
            new PromptCheck(CheckKind.Contains, "bench-42"),
            new PromptCheck(CheckKind.Regex, "^I .*ok"),
            new PromptCheck(CheckKind.Regex, "^ok"));

        Assert.Equal(
            ["contains: True", "contains: True", "contains: False not in the answer", "regex: True", "regex: False no match in the answer"],
            verdict.Checks.Select(c => $"{c.Kind}: {c.Passed} {c.Detail}".TrimEnd()));
        Assert.Equal(2.0 / 3, verdict.HintMatchRatio);
        Assert.Equal(["contains: bench-42 (not in the answer)", "regex: ^ok (no match in the answer)"], verdict.Failed);
    }

    [Fact]
    public async Task A_prompt_without_hints_has_them_all()
    {
        var verdict = await VerifyAsync("anything", new PromptCheck(CheckKind.Regex, "nothing"));

        Assert.Equal(1, verdict.HintMatchRatio);
    }

    [Fact]
    public async Task A_prompt_without_checks_takes_any_answer()
    {
        var verdict = await VerifyAsync("anything");

        Assert.Empty(verdict.Checks);
        Assert.Empty(verdict.Failed);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_expression_that_runs_away_fails_its_check_within_its_limit()
    {
        var verdict = await VerifyAsync(new string('a', 60) + "!", new PromptCheck(CheckKind.Regex, "^(a+)+$"));

        Assert.StartsWith("took longer than 1 s", Assert.Single(verdict.Checks).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Total: x files", @"^Total: \d+ files$", @"nearest: '^Total:' matches 'Total:', behind which comes 'x files'")]
    [InlineData("done", "DONE", "letter case apart, 'done' would be one")]
    [InlineData("status: 20", @"status: \d{3}", @"nearest: 'status: \d' matches 'status: 2', behind which comes '0'")]
    [InlineData("alpha", "(alpha|beta) gamma", "nearest: '(alpha|beta)' matches 'alpha', behind which the answer ends")]
    [InlineData("nothing alike", "x+y", null)]
    [InlineData("", "x", null)]
    public async Task A_regex_without_a_match_says_how_far_the_answer_goes(string answer, string pattern, string? nearest)
    {
        var verdict = await VerifyAsync(answer, new PromptCheck(CheckKind.Regex, pattern));

        Assert.Equal(nearest is null ? "no match in the answer" : $"no match in the answer; {nearest}", Assert.Single(verdict.Checks).Detail);
    }

    [Fact]
    public async Task A_JSON_check_compares_the_shape()
    {
        var verdict = await VerifyAsync("```json\n{\"status\":1}\n```", new PromptCheck(CheckKind.Json, """{"status":"string"}"""));

        Assert.Equal(new CheckResult("json", """{"status":"string"}""", Passed: false, "$.status is number, not string"), Assert.Single(verdict.Checks));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_command_sees_the_work_tree_and_the_answer_and_nothing_else()
    {
        folder.Write("made.txt", "hi");

        var verdict = await VerifyAsync(
            "PONG",
            new PromptCheck(CheckKind.Command, "test -f made.txt && grep -q PONG && test -z \"$HOME\""),
            new PromptCheck(CheckKind.Command, "echo one; for n in 2 3 4 5 6; do echo $n; done; echo 'two of three failed'; exit 3"),
            new PromptCheck(CheckKind.Command, "test -f absent.txt"));

        Assert.Equal([null, "exit code 3: one | 2 | 3 | 4 | 5 | … | two of three failed", "exit code 1"], verdict.Checks.Select(c => c.Detail));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_command_that_hangs_is_killed_at_its_limit_with_all_it_started()
    {
        var marks = new Dictionary<string, string>(ProcessMarks.Of(RunMark.New("test"), "job", 0)) { ["PATH"] = "/usr/bin:/bin" };

        var verdict = await VerifyAsync(
            "PONG",
            TimeSpan.FromSeconds(5),
            marks,
            new PromptCheck(CheckKind.Command, "sleep 600 & echo $! > child.pid; wait"));

        var child = int.Parse(await File.ReadAllTextAsync(folder.At("child.pid"), TestContext.Current.CancellationToken), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal("did not end within 5 s and was killed", Assert.Single(verdict.Checks).Detail);
        Assert.False(IsAlive(child));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_command_that_cannot_run_fails_its_check()
    {
        var missing = new CommandPlace(folder.At("absent"), new Dictionary<string, string>());

        var verdict = await new AnswerVerifier(TimeProvider.System).VerifyAsync(
            PromptWith(new PromptCheck(CheckKind.Command, "true")), "PONG", missing, TestContext.Current.CancellationToken);

        Assert.Contains("The working directory does not exist", Assert.Single(verdict.Checks).Detail, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Cancelling_ends_the_waiting()
    {
        using var cancelled = new CancellationTokenSource();
        var verifying = new AnswerVerifier(TimeProvider.System).VerifyAsync(
            PromptWith(new PromptCheck(CheckKind.Command, "sleep 600")), "PONG", new CommandPlace(folder.Path, new Dictionary<string, string>()), cancelled.Token);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => verifying);
    }

    private static bool IsAlive(int pid) => ProcTable.Read(pid) is { IsDead: false };

    private static Prompt PromptWith(params PromptCheck[] checks) =>
        new() { Id = "p", Category = "c", Title = "t", Text = "x", Checks = checks };

    private Task<AnswerVerdict> VerifyAsync(string answer, params PromptCheck[] checks) =>
        VerifyAsync(answer, null, new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" }, checks);

    private Task<AnswerVerdict> VerifyAsync(string answer, TimeSpan? limit, Dictionary<string, string> environment, params PromptCheck[] checks) =>
        new AnswerVerifier(TimeProvider.System, limit).VerifyAsync(
            PromptWith(checks), answer, new CommandPlace(folder.Path, environment), TestContext.Current.CancellationToken);
}
