using Bench.Fixtures.Failures;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Failures;

public sealed class FailureClassifierTests
{
    private static readonly AttemptEvidence Good = new() { ModelAsked = "glm-5", ModelAnswered = "glm-5", HasTerminalEvent = true, ExitCode = 0, FinishReason = "stop" };

    private static readonly Failure Gone = new()
    {
        Category = FailureCategory.Env,
        Reason = FailureReasons.ServerUnavailable,
        EndedBy = EndedBy.Env,
        RuleId = "opencode_server.exit",
        Evidence = "The server ended.",
    };

    [Fact]
    public void A_good_attempt_has_no_failure_whatever_stands_on_standard_error()
    {
        var evidence = Good with { StderrTail = ["Invalid API key", "fetch failed", "Error: ENOSPC: no space left on device"], PermissionDenials = 1 };

        var failure = FailureClassifier.Classify(evidence);

        Assert.Null(failure);
    }

    [Fact]
    public void A_cancelled_attempt_has_no_failure()
    {
        var evidence = Good with { Cancelled = true, TimedOut = true, ExitCode = 1, HttpStatus = 429, Exception = new TimeoutException() };

        var failure = FailureClassifier.Classify(evidence);

        Assert.Null(failure);
    }

    [Fact]
    public void A_failure_that_Bench_threw_stays_as_it_was_thrown()
    {
        var thrown = BenchFailureException.Of(Gone, "The server ended.");
        var evidence = Good with { Exception = new AggregateException(new InvalidOperationException("outer", thrown)), HttpStatus = 401, TimedOut = true };

        var failure = FailureClassifier.Classify(evidence);

        Assert.Same(Gone, failure);
    }

    [Fact]
    public void The_wait_that_the_provider_asked_for_is_carried_over()
    {
        var evidence = Good with { HttpStatus = 429, RetryAfter = TimeSpan.FromSeconds(7) };

        var failure = FailureClassifier.Classify(evidence);

        Assert.Equal(TimeSpan.FromSeconds(7), failure!.RetryAfter);
    }

    [Fact]
    public void An_attempt_that_its_limit_ended_was_ended_by_Bench_whoever_is_to_blame()
    {
        var evidence = Good with { HttpStatus = 429, TimedOut = true };

        var atOnce = FailureClassifier.Classify(evidence with { TimedOut = false });
        var atItsLimit = FailureClassifier.Classify(evidence);
        var inSilence = FailureClassifier.Classify(evidence with { TimedOut = false, Stalled = true });

        Assert.Equal([EndedBy.Provider, EndedBy.Harness, EndedBy.Harness], new[] { atOnce!.EndedBy, atItsLimit!.EndedBy, inSilence!.EndedBy });
    }

    [Fact]
    public void The_evidence_is_one_line_with_status_name_and_message()
    {
        var evidence = Good with { HttpStatus = 429, ErrorName = "APIError", ErrorMessage = "Slow\n  down,\u001b please" };

        var failure = FailureClassifier.Classify(evidence);

        Assert.Equal("HTTP 429: APIError: Slow down, please", failure!.Evidence);
    }

    [Fact]
    public void Long_evidence_is_cut_between_words()
    {
        var words = Good with { ErrorName = "SomeError", ErrorMessage = string.Join(' ', Enumerable.Repeat("secret-0123456789", 100)) };
        var oneWord = Good with { ErrorMessage = new string('a', 298) + "😀😀" };

        var cut = FailureClassifier.Classify(words)!.Evidence;
        var hardCut = FailureClassifier.Classify(oneWord)!.Evidence;

        Assert.InRange(cut.Length, 250, EvidenceText.MaxChars);
        Assert.EndsWith(" secret-0123456789…", cut, StringComparison.Ordinal);
        Assert.Equal(new string('a', 298) + "…", hardCut);
    }

    [Fact]
    public void The_last_line_of_standard_error_is_evidence_where_nothing_else_is()
    {
        var evidence = Good with { HasTerminalEvent = false, ExitCode = 3, StderrTail = ["first", "boom", " "] };

        var failure = FailureClassifier.Classify(evidence);

        Assert.Equal("Exit code 3; last line on standard error: boom", failure!.Evidence);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_program_that_is_not_there_or_may_not_run_is_told_apart()
    {
        using var folder = new TestFolder();
        var file = Path.Combine(folder.Path, "agent");
        var missing = await StartFailureAsync(file);
        await File.WriteAllTextAsync(file, "#!/bin/sh\n", TestContext.Current.CancellationToken);
        var denied = await StartFailureAsync(file);

        var failures = new[] { missing, denied }.Select(e => FailureClassifier.Classify(Good with { Exception = e })!.Reason);

        Assert.Equal([FailureReasons.CliMissing, FailureReasons.PermissionDenied], failures);
    }

    [Fact]
    public void A_full_disk_is_known_by_the_system_s_error_number()
    {
        var thrown = Record.Exception(() => File.AppendAllText("/dev/full", "x"));

        var failure = FailureClassifier.Classify(Good with { Exception = thrown });

        Assert.Equal(FailureReasons.DiskFull, failure!.Reason);
    }

    [Theory]
    [InlineData(FailureCategory.Env, FailureReasons.QuotaOrRateLimit, true, true)]
    [InlineData(FailureCategory.Env, FailureReasons.DiskFull, true, true)]
    [InlineData(FailureCategory.Harness, FailureReasons.StartFailed, true, true)]
    [InlineData(FailureCategory.Model, FailureReasons.Timeout, true, false)]
    [InlineData(FailureCategory.Model, FailureReasons.MalformedOutput, true, false)]
    [InlineData(FailureCategory.Model, FailureReasons.ModelUnavailable, false, false)]
    [InlineData(FailureCategory.Model, FailureReasons.ModelMismatch, false, false)]
    [InlineData(FailureCategory.Model, FailureReasons.HintMismatch, false, false)]
    [InlineData(FailureCategory.Model, FailureReasons.CheckFailed, false, false)]
    [InlineData(FailureCategory.Env, FailureReasons.CliMissing, false, false)]
    [InlineData(FailureCategory.Env, FailureReasons.CliVersionMismatch, false, false)]
    [InlineData(FailureCategory.Env, FailureReasons.AuthError, false, false)]
    [InlineData(FailureCategory.Env, FailureReasons.ProviderNotConfigured, false, false)]
    [InlineData(FailureCategory.Env, FailureReasons.PermissionDenied, false, false)]
    [InlineData(FailureCategory.Harness, FailureReasons.ArtifactWriteFailed, false, false)]
    public void Only_what_may_end_otherwise_is_tried_again(FailureCategory category, string reason, bool withoutOutput, bool afterOutput)
    {
        var failure = Gone with { Category = category, Reason = reason };

        var verdicts = (failure.IsRetryable(producedOutputTokens: false), failure.IsRetryable(producedOutputTokens: true));

        Assert.Equal((withoutOutput, afterOutput), verdicts);
    }

    private static async Task<Exception> StartFailureAsync(string file)
    {
        var spec = new ProcessSpec { FileName = file, WorkingDirectory = "/", Environment = new Dictionary<string, string>() };
        return await Assert.ThrowsAsync<ProcessStartException>(async () =>
        {
            await using var process = AgentProcess.Start(spec, new Silence(), TimeProvider.System);
        });
    }

    private sealed class Silence : IOutputObserver
    {
        public void OnLine(in OutputLine line)
        {
            // Nothing is printed by a program that does not start.
        }
    }
}
