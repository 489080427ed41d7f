using Bench.Fixtures.Records;

namespace Bench.Fixtures.Summaries;

/// <summary>What a summary needs of the jobs of one workflow, or of several together.</summary>
internal sealed class LaneAccumulator
{
    private readonly int[] outcomes = new int[Enum.GetValues<JobOutcome>().Length];
    private readonly SortedSet<string> models = new(StringComparer.Ordinal);
    private readonly SortedSet<string> modelsSelected = new(StringComparer.Ordinal);
    private string? lastModel;
    private string? lastModelSelected;
    private Total backoff;
    private Total modelRequests;
    private Total hiddenModelRequests;
    private Total inputTokens;
    private Total outputTokens;
    private Total cachedTokens;
    private Total reasoningTokens;
    private Total cost;

    /// <summary>Headless or server.</summary>
    public string? WorkflowKind { get; private set; }

    /// <summary>Records.</summary>
    public int Attempted { get; private set; }

    /// <summary>Attempts beyond the first, of all jobs.</summary>
    public long RetryCount { get; private set; }

    /// <summary>Passed without a retry.</summary>
    public int PassedFirst { get; private set; }

    /// <summary>Jobs whose first attempt says something about the lane.</summary>
    public int AnswerableFirst { get; private set; }

    /// <summary>The longest bootstrap of the workflow's server; null for a lane without one.</summary>
    public double? ServerBootstrapMs { get; private set; }

    public LatencySamples Startup { get; } = new();

    public LatencySamples FirstOutput { get; } = new();

    public LatencySamples Completion { get; } = new();

    public LatencySamples TimeToResult { get; } = new();

    /// <summary>Of first attempts that succeeded or that a limit ended, as is the next.</summary>
    public LatencySamples FirstAttemptFirstOutput { get; } = new();

    public LatencySamples FirstAttemptCompletion { get; } = new();

    /// <summary>Of passed jobs, as are the next four.</summary>
    public Samples Preparation { get; } = new();

    public Samples ModelFirstToken { get; } = new();

    public Samples ModelTime { get; } = new();

    public Samples AgentOverhead { get; } = new();

    public Samples ExitLag { get; } = new();

    /// <summary>Of all jobs that started.</summary>
    public Samples QueueWait { get; } = new();

    /// <summary>What its jobs used of the machine.</summary>
    public LaneLoad Load { get; } = new();

    /// <summary>Of passed jobs.</summary>
    public DriftSamples Drift { get; } = new();

    public IReadOnlyCollection<string> Models => models;

    public IReadOnlyCollection<string> ModelsSelected => modelsSelected;

    /// <summary>Waits between attempts, in milliseconds.</summary>
    public ref readonly Total Backoff => ref backoff;

    public ref readonly Total ModelRequests => ref modelRequests;

    public ref readonly Total HiddenModelRequests => ref hiddenModelRequests;

    public ref readonly Total InputTokens => ref inputTokens;

    public ref readonly Total OutputTokens => ref outputTokens;

    public ref readonly Total CachedTokens => ref cachedTokens;

    public ref readonly Total ReasoningTokens => ref reasoningTokens;

    public ref readonly Total Cost => ref cost;

    /// <summary>Jobs that ended so.</summary>
    public int Count(JobOutcome outcome) => outcomes[(int)outcome];

    /// <summary>Takes a record in.</summary>
    public void Add(in RecordRow row)
    {
        Attempted++;
        outcomes[(int)row.Outcome]++;
        RetryCount += row.RetryCount;
        PassedFirst += row is { Success: true, RetryCount: 0 } ? 1 : 0;
        AnswerableFirst += row.CountsInFirstAttempt ? 1 : 0;
        WorkflowKind ??= row.WorkflowKind;
        ServerBootstrapMs = Larger(ServerBootstrapMs, row.WorkflowStartupLatencyMs);
        Note(models, row.Model, ref lastModel);
        Note(modelsSelected, row.ModelSelected, ref lastModelSelected);
        Load.Add(row);
        AddLatencies(row);
        if (!row.NeverStarted)
        {
            QueueWait.Add(row.QueueWaitMs);
            AddTotals(row);
        }
    }

    /// <summary>Takes the other's records in.</summary>
    public void Merge(LaneAccumulator other)
    {
        Attempted += other.Attempted;
        for (var i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] += other.outcomes[i];
        }

        RetryCount += other.RetryCount;
        PassedFirst += other.PassedFirst;
        AnswerableFirst += other.AnswerableFirst;
        WorkflowKind ??= other.WorkflowKind;
        ServerBootstrapMs = Larger(ServerBootstrapMs, other.ServerBootstrapMs);
        Load.Merge(other.Load);
        models.UnionWith(other.models);
        modelsSelected.UnionWith(other.modelsSelected);
        Startup.Merge(other.Startup);
        FirstOutput.Merge(other.FirstOutput);
        Completion.Merge(other.Completion);
        TimeToResult.Merge(other.TimeToResult);
        FirstAttemptFirstOutput.Merge(other.FirstAttemptFirstOutput);
        FirstAttemptCompletion.Merge(other.FirstAttemptCompletion);
        Preparation.Merge(other.Preparation);
        ModelFirstToken.Merge(other.ModelFirstToken);
        ModelTime.Merge(other.ModelTime);
        AgentOverhead.Merge(other.AgentOverhead);
        ExitLag.Merge(other.ExitLag);
        QueueWait.Merge(other.QueueWait);
        Drift.Merge(other.Drift);
        backoff.Merge(other.backoff);
        modelRequests.Merge(other.modelRequests);
        hiddenModelRequests.Merge(other.hiddenModelRequests);
        inputTokens.Merge(other.inputTokens);
        outputTokens.Merge(other.outputTokens);
        cachedTokens.Merge(other.cachedTokens);
        reasoningTokens.Merge(other.reasoningTokens);
        cost.Merge(other.cost);
    }

    private void AddLatencies(in RecordRow row)
    {
        // What the environment or Bench failed, and what was cancelled, says nothing about the lane, whatever it was cut off from.
        var isCutOff = row is { Censored: true, Outcome: JobOutcome.FailedModel };
        if (row.Success || isCutOff)
        {
            AddLatency(Startup, row, row.StartupLatencyMs, RecordBounds.StartupLatencyMs);
            AddLatency(FirstOutput, row, row.FirstOutputLatencyMs, RecordBounds.FirstOutputLatencyMs);
            AddLatency(Completion, row, row.CompletionLatencyMs, RecordBounds.CompletionLatencyMs);
            AddLatency(TimeToResult, row, row.TimeToResultMs, RecordBounds.TimeToResultMs);
        }

        // A first attempt that another one followed had failed: it counts where a limit ended it by the lane's own fault, whatever became of the job.
        if (row.RetryCount == 0 ? row.Success || isCutOff : row is { FirstAttemptCensored: true, FirstAttemptIsAnswerable: true })
        {
            AddLatency(FirstAttemptFirstOutput, row, row.FirstAttemptFirstOutputLatencyMs, RecordBounds.FirstAttemptFirstOutputLatencyMs);
            AddLatency(FirstAttemptCompletion, row, row.FirstAttemptCompletionLatencyMs, RecordBounds.FirstAttemptCompletionLatencyMs);
        }

        if (row.Success)
        {
            Preparation.Add(row.PreparationMs);
            ModelFirstToken.Add(row.ModelFirstTokenMs);
            ModelTime.Add(row.ModelTimeMs);
            AgentOverhead.Add(row.AgentOverheadMs);
            ExitLag.Add(row.ExitLagMs);
            Drift.Add(row.PromptId, row.Trial, row.CompletionLatencyMs);
        }
    }

    private static void AddLatency(LatencySamples samples, in RecordRow row, double? value, RecordBounds bound) =>
        samples.Add(value, row.Success, row.AtLeast.HasFlag(bound));

    private static void AddTotal(ref Total total, in RecordRow row, decimal? value, RecordBounds bound) => total.Add(value, row.AtLeast.HasFlag(bound));

    private void AddTotals(in RecordRow row)
    {
        backoff.Add(row.BackoffMs is { } waited ? (decimal)Rounding.To(waited, 0) : null);
        AddTotal(ref modelRequests, row, row.ModelRequests, RecordBounds.ModelRequests);
        AddTotal(ref hiddenModelRequests, row, row.HiddenModelRequests, RecordBounds.HiddenModelRequests);
        AddTotal(ref inputTokens, row, row.InputTokens, RecordBounds.InputTokens);
        AddTotal(ref outputTokens, row, row.OutputTokens, RecordBounds.OutputTokens);
        AddTotal(ref cachedTokens, row, row.CachedInputTokens, RecordBounds.CachedInputTokens);
        AddTotal(ref reasoningTokens, row, row.ReasoningTokens, RecordBounds.ReasoningTokens);
        AddTotal(ref cost, row, row.CostUsd, RecordBounds.CostUsd);
    }

    // Names are shared strings: the one seen last is nearly always the next.
    private static void Note(SortedSet<string> set, string? name, ref string? last)
    {
        if (name is not null && !ReferenceEquals(name, last))
        {
            set.Add(name);
            last = name;
        }
    }

    private static double? Larger(double? left, double? right) => left is null || right > left ? right : left;
}
