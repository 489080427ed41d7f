using System.Collections.Concurrent;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Queueing;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Queueing;

public sealed class JobQueueTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Jobs_start_in_plan_order()
    {
        var handler = new Handler();

        await QueueOf(parallel: 1).RunAsync(JobsOf("a", "a", "b", "a", "b"), handler, Token);

        Assert.Equal([0, 1, 2, 3, 4], handler.Started);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task No_more_jobs_are_in_flight_than_parallel_allows_and_all_slots_are_used()
    {
        var handler = new Handler { Gate = new TaskCompletionSource() };
        var run = QueueOf(parallel: 3).RunAsync(JobsOf("a", "a", "a", "a", "a"), handler, Token);
        await handler.WaitForStartsAsync(3, Token);

        handler.Gate.SetResult();
        await run;

        Assert.Equal(3, handler.MostInFlight);
        Assert.Equal(5, handler.Started.Count);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_full_provider_does_not_block_the_jobs_of_another()
    {
        var handler = new Handler { Gate = new TaskCompletionSource() };
        var queue = QueueOf(parallel: 3, limits: new Dictionary<string, int> { ["slow"] = 1 });
        var run = queue.RunAsync(JobsOf("slow", "slow", "slow", "fast", "fast"), handler, Token);

        await handler.WaitForStartsAsync(3, Token);
        var first = handler.Started.ToArray();
        handler.Gate.SetResult();
        await run;

        Assert.Equal([0, 3, 4], first);
        Assert.Equal(1, handler.MostInFlightOf("slow"));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_retryable_failure_is_tried_again_up_to_the_limit_and_waits_for_retry_after()
    {
        var handler = new Handler { Verdict = new AttemptVerdict(CanRetry: true, TimeSpan.FromMilliseconds(1)) };

        await QueueOf(parallel: 1, maxRetries: 1).RunAsync(JobsOf("a"), handler, Token);

        Assert.Equal([0, 1], handler.Attempts);
        Assert.Null(handler.Backoffs[0]);
        Assert.NotNull(handler.Backoffs[1]);
        Assert.Equal(1, handler.Ended);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_final_failure_is_not_tried_again()
    {
        var handler = new Handler { Verdict = new AttemptVerdict(CanRetry: false, null) };

        await QueueOf(parallel: 1, maxRetries: 3).RunAsync(JobsOf("a"), handler, Token);

        Assert.Equal([0], handler.Attempts);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_job_that_stands_in_runs_behind_the_one_that_it_stands_in_for_and_waits_for_slots_of_its_own()
    {
        var (origin, standIns) = (JobsOf("a")[0], JobsOf("a", "b", "c").Skip(1).ToList());
        var handler = new Handler { Verdict = new AttemptVerdict(CanRetry: false, null) };
        standIns.ForEach(handler.StandIns.Enqueue);

        await QueueOf(parallel: 1).RunAsync([origin], handler, Token);

        Assert.Equal([0, 1, 2], handler.Started);
        Assert.Equal(3, handler.Ended);
        Assert.Equal((1, 1), (handler.MostInFlightOf("b"), handler.MostInFlight));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Cancellation_ends_every_job_and_names_those_that_never_started()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var handler = new Handler { Gate = new TaskCompletionSource() };
        var run = QueueOf(parallel: 2).RunAsync(JobsOf("a", "a", "a", "a"), handler, source.Token);
        await handler.WaitForStartsAsync(2, Token);

        await source.CancelAsync();
        await run;

        Assert.Equal(4, handler.Ended);
        Assert.Equal(2, handler.CancelledBeforeStart);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_job_that_is_cancelled_while_it_waits_for_its_next_attempt_is_cancelled()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var handler = new Handler { Verdict = new AttemptVerdict(CanRetry: true, TimeSpan.FromMinutes(10)) };
        var run = QueueOf(parallel: 1, maxRetries: 1).RunAsync(JobsOf("a"), handler, source.Token);
        await handler.WaitForPausesAsync(1, Token);

        await source.CancelAsync();
        await run;

        Assert.Equal([0], handler.Attempts);
        Assert.True(Assert.Single(handler.Endings).Cancelled);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(1, true)]
    [InlineData(0, false)]
    public async Task A_failure_that_meets_the_cancel_is_the_jobs_result_only_where_no_attempt_was_due(int maxRetries, bool isCancelled)
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var handler = new Handler { Gate = new TaskCompletionSource(), Verdict = new AttemptVerdict(CanRetry: true, null) };
        var run = QueueOf(parallel: 1, maxRetries).RunAsync(JobsOf("a"), handler, source.Token);
        await handler.WaitForStartsAsync(1, Token);

        await source.CancelAsync();
        await run;

        Assert.Equal([0], handler.Attempts);
        Assert.Equal(isCancelled, Assert.Single(handler.Endings).Cancelled);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("attempt")]
    [InlineData("attempt, as if cancelled")]
    [InlineData("pause")]
    public async Task What_throws_before_the_end_of_a_job_is_how_it_ends_and_the_others_go_on(string place)
    {
        var handler = new Handler { Verdict = new AttemptVerdict(CanRetry: true, TimeSpan.FromMilliseconds(1)), ThrowsIn = place };

        await QueueOf(parallel: 1, maxRetries: 1).RunAsync(JobsOf("a", "b"), handler, Token);

        Assert.Equal(2, handler.Endings.Count);
        Assert.All(handler.Endings, ending => Assert.Equal((false, place), (ending.Cancelled, ending.Fault?.Message)));
        Assert.Empty(handler.GivenUp);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_job_whose_end_throws_is_given_up_and_the_others_go_on()
    {
        var handler = new Handler { Verdict = new AttemptVerdict(CanRetry: false, null), ThrowsIn = "end" };

        await QueueOf(parallel: 1).RunAsync(JobsOf("a", "b"), handler, Token);

        Assert.Equal(["w__p0", "w__p1"], handler.GivenUp.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(1, 0.5, 1.5)]
    [InlineData(3, 2, 6)]
    [InlineData(12, 15, 45)]
    public void Back_off_doubles_up_to_a_limit_and_is_the_same_for_the_same_seed(int attempt, double least, double most)
    {
        var wait = RetryBackoff.Before(attempt, "job", seed: 7, retryAfter: null);

        Assert.InRange(wait.TotalSeconds, least, most);
        Assert.Equal(wait, RetryBackoff.Before(attempt, "job", seed: 7, retryAfter: null));
        Assert.NotEqual(wait, RetryBackoff.Before(attempt, "job", seed: 8, retryAfter: null));
    }

    [Fact]
    public void Back_off_is_never_shorter_than_retry_after()
    {
        var wait = RetryBackoff.Before(1, "job", seed: 0, TimeSpan.FromSeconds(90));

        Assert.Equal(TimeSpan.FromSeconds(90), wait);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_paused_provider_gets_no_slot_until_the_pause_is_over()
    {
        var clock = new HandMovedClock();
        var scheduler = new SlotScheduler(2, new Dictionary<string, int>(), clock);
        scheduler.Pause("a", TimeSpan.FromSeconds(3));

        var paused = scheduler.AcquireAsync(0, "a", Token);
        using var other = await scheduler.AcquireAsync(1, "b", Token);
        var wasWaiting = !paused.IsCompleted;
        clock.Advance(TimeSpan.FromSeconds(3));
        using var later = await paused;

        Assert.True(wasWaiting);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_provider_that_turns_an_attempt_away_is_paused_with_and_without_a_word_on_when_and_says_so()
    {
        var asked = new Handler { Verdict = new AttemptVerdict(CanRetry: false, TimeSpan.FromMilliseconds(5)) };
        var unasked = new Handler { Verdict = new AttemptVerdict(CanRetry: false, null) { IsRateLimited = true } };
        var other = new Handler { Verdict = new AttemptVerdict(CanRetry: false, null) };

        await QueueOf(parallel: 1).RunAsync(JobsOf("a"), asked, Token);
        await QueueOf(parallel: 1).RunAsync(JobsOf("a"), unasked, Token);
        await QueueOf(parallel: 1).RunAsync(JobsOf("a"), other, Token);

        Assert.Equal([("a", TimeSpan.FromMilliseconds(5))], asked.Pauses);
        Assert.Equal([("a", RetryBackoff.Before(1, "w__p0", seed: 0, retryAfter: null))], unasked.Pauses);
        Assert.Empty(other.Pauses);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_pause_holds_the_other_jobs_of_the_provider_and_no_one_elses()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var handler = new Handler { Verdict = new AttemptVerdict(CanRetry: false, TimeSpan.FromMinutes(15)) { IsRateLimited = true } };

        var run = QueueOf(parallel: 1).RunAsync(JobsOf("a", "a", "b", "a"), handler, source.Token);
        await handler.WaitForStartsAsync(2, Token);
        await handler.WaitForPausesAsync(2, Token);
        await source.CancelAsync();
        await run;

        Assert.Equal([0, 2], handler.Started);
        Assert.Equal(["a", "b"], handler.Pauses.Select(p => p.Provider));
        Assert.Equal(2, handler.CancelledBeforeStart);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(1)]
    [InlineData(365 * 100)]
    public async Task A_provider_that_asks_for_longer_than_is_waited_for_is_neither_paused_nor_asked_again(int days)
    {
        var handler = new Handler { Verdict = new AttemptVerdict(CanRetry: true, TimeSpan.FromDays(days)), StopsAfterFirst = true };

        await QueueOf(parallel: 2, maxRetries: 3).RunAsync(JobsOf("a", "a", "a", "a"), handler, Token);

        Assert.All(handler.Attempts, attempt => Assert.Equal(0, attempt));
        Assert.InRange(handler.Started.Count, 1, 2);
        Assert.Empty(handler.Pauses);
        Assert.Equal(4, handler.Ended);
        Assert.Equal(0, handler.CancelledBeforeStart);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Who_waits_for_a_pause_ends_when_the_provider_asks_for_longer_than_is_waited_for()
    {
        var verdicts = new Queue<AttemptVerdict>([new(false, TimeSpan.FromMinutes(10)), new(false, TimeSpan.FromDays(1))]);
        var handler = new Handler { Gate = new TaskCompletionSource(), Verdicts = verdicts, StopsAfterFirst = true };
        var run = QueueOf(parallel: 2).RunAsync(JobsOf("a", "a", "a", "a"), handler, Token);
        await handler.WaitForStartsAsync(2, Token);

        handler.Gate.SetResult();
        await run;

        Assert.Equal(2, handler.Started.Count);
        Assert.Equal(4, handler.Ended);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_job_takes_its_place_when_its_handler_says_so()
    {
        var handler = new Handler { Ready = new TaskCompletionSource() };
        var run = QueueOf(parallel: 1).RunAsync(JobsOf("a", "a"), handler, Token);
        var before = handler.Started.Count;

        handler.Ready.SetResult();
        await run;

        Assert.Equal((0, 2), (before, handler.Started.Count));
    }

    [Fact]
    public void A_shorter_pause_within_a_longer_one_is_none()
    {
        var scheduler = new SlotScheduler(1, new Dictionary<string, int>(), TimeProvider.System);

        Assert.True(scheduler.Pause("a", TimeSpan.FromHours(2)));
        Assert.False(scheduler.Pause("a", TimeSpan.FromHours(1)));
    }

    private static JobQueue QueueOf(int parallel, int maxRetries = 0, IReadOnlyDictionary<string, int>? limits = null) => new(new QueueOptions
    {
        Parallel = parallel,
        ProviderLimits = limits ?? new Dictionary<string, int>(),
        MaxRetries = maxRetries,
        Seed = 0,
        Clock = TimeProvider.System,
    });

    private static List<Job> JobsOf(params string[] providers) => [.. providers.Select((provider, i) => new Job
    {
        JobId = $"w__p{i}",
        Ordinal = i,
        WorkflowId = "w",
        System = "opencode",
        WorkflowKind = WorkflowKind.Headless,
        PromptId = $"p{i}",
        PromptCategory = "c",
        PromptTitle = "t",
        Trial = 1,
        Model = "m",
        Provider = provider,
    })];

    private sealed class Handler : IJobHandler
    {
        private readonly ConcurrentDictionary<string, int> inFlight = new();
        private readonly ConcurrentDictionary<string, int> most = new();
        private readonly SemaphoreSlim starts = new(0);
        private readonly SemaphoreSlim pauses = new(0);
        private volatile bool hasEnded;

        public TaskCompletionSource? Gate { get; init; }

        public AttemptVerdict Verdict { get; init; }

        public Queue<AttemptVerdict> Verdicts { get; init; } = [];

        public bool StopsAfterFirst { get; init; }

        public TaskCompletionSource? Ready { get; init; }

        public List<int> Started { get; } = [];

        public List<int> Attempts { get; } = [];

        public Queue<Job> StandIns { get; } = [];

        public List<TimeSpan?> Backoffs { get; } = [];

        public List<(string Provider, TimeSpan Pause)> Pauses { get; } = [];

        public List<JobEnding> Endings { get; } = [];

        public List<string> GivenUp { get; } = [];

        /// <summary>Where every job throws; the exception says it again.</summary>
        public string? ThrowsIn { get; init; }

        public int Ended => Endings.Count;

        public int CancelledBeforeStart => Endings.Count(ending => ending is { Cancelled: true, QueueWait.Ticks: 0 });

        public int MostInFlight => most.GetValueOrDefault("");

        public int MostInFlightOf(string provider) => most.GetValueOrDefault(provider);

        public async Task WaitForStartsAsync(int count, CancellationToken cancellationToken)
        {
            for (var i = 0; i < count; i++)
            {
                await starts.WaitAsync(cancellationToken);
            }
        }

        public async Task WaitForPausesAsync(int count, CancellationToken cancellationToken)
        {
            for (var i = 0; i < count; i++)
            {
                await pauses.WaitAsync(cancellationToken);
            }
        }

        public Task ReadyAsync(Job job, CancellationToken cancellationToken) => (Ready?.Task ?? Task.CompletedTask).WaitAsync(cancellationToken);

        public bool IsStopped(Job job) => StopsAfterFirst && hasEnded;

        public void ProviderPaused(Job job, TimeSpan pause)
        {
            lock (Started)
            {
                Pauses.Add((job.Provider, pause));
            }

            pauses.Release();
            ThrowIn("pause");
        }

        public async Task<AttemptVerdict> RunAttemptAsync(AttemptTurn turn, CancellationToken cancellationToken)
        {
            lock (Started)
            {
                Started.Add(turn.Job.Ordinal);
                Attempts.Add(turn.Attempt);
                Backoffs.Add(turn.Backoff);
                Enter("");
                Enter(turn.Job.Provider);
            }

            starts.Release();
            ThrowIn("attempt");
            ThrowIn("attempt, as if cancelled");
            await (Gate?.Task ?? Task.CompletedTask).WaitAsync(cancellationToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            lock (Started)
            {
                inFlight[""]--;
                inFlight[turn.Job.Provider]--;
                hasEnded = true;
                return Verdicts.TryDequeue(out var next) ? next : Verdict;
            }
        }

        public Task<Job?> EndAsync(Job job, JobEnding ending)
        {
            ThrowIn("end");
            lock (Started)
            {
                Endings.Add(ending);
                return Task.FromResult(StandIns.TryDequeue(out var standIn) ? standIn : null);
            }
        }

        public void GiveUp(Job job, Exception problem)
        {
            lock (Started)
            {
                GivenUp.Add(job.JobId);
            }
        }

        private void ThrowIn(string place)
        {
            if (ThrowsIn == place)
            {
                throw place.Contains("cancelled", StringComparison.Ordinal) ? new OperationCanceledException(place) : new ArgumentException(place);
            }
        }

        private void Enter(string pool)
        {
            inFlight[pool] = inFlight.GetValueOrDefault(pool) + 1;
            most[pool] = Math.Max(most.GetValueOrDefault(pool), inFlight[pool]);
        }
    }
}
