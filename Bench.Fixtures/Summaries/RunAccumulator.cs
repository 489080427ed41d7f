using Bench.Fixtures.Records;

namespace Bench.Fixtures.Summaries;

/// <summary>Takes the records of a run in and keeps the numbers that its summary is made of, never the records.</summary>
internal sealed class RunAccumulator : IRecordSink<RunAccumulator>
{
    private readonly Dictionary<(string WorkflowId, string System), LaneAccumulator> lanes = [];
    private readonly Dictionary<(string PromptId, string WorkflowId), PromptCell> cells = [];
    private readonly Dictionary<string, string> promptCategories = [];
    private readonly Dictionary<(string From, string WorkflowId), LaneAccumulator> routed = [];

    /// <summary>The records that stand in for those of another lane, by that lane and the one that ran them. They are in nothing else here: they count for no lane.</summary>
    public IReadOnlyDictionary<(string From, string WorkflowId), LaneAccumulator> Routed => routed;

    /// <summary>The records of each workflow, by the system that they name.</summary>
    public IReadOnlyDictionary<(string WorkflowId, string System), LaneAccumulator> Lanes => lanes;

    /// <summary>The trials of each prompt on each workflow.</summary>
    public IReadOnlyDictionary<(string PromptId, string WorkflowId), PromptCell> Cells => cells;

    /// <summary>The category of each prompt that has a record.</summary>
    public IReadOnlyDictionary<string, string> PromptCategories => promptCategories;

    /// <summary>Failed jobs by failure category.</summary>
    public Dictionary<string, int> CategoryCounts { get; } = [];

    /// <summary>Failed jobs by failure reason.</summary>
    public Dictionary<string, int> ReasonCounts { get; } = [];

    /// <summary>The jobs that failed, without what their rows do not hold.</summary>
    public List<FailedJob> FailedJobs { get; } = [];

    /// <inheritdoc />
    public void Add(in RecordRow row)
    {
        if (row.Outcome is JobOutcome.FailedModel or JobOutcome.FailedEnv or JobOutcome.FailedHarness)
        {
            FailedJobs.Add(new FailedJob
            {
                JobId = row.JobId,
                WorkflowId = row.WorkflowId,
                FailureCategory = row.FailureCategory,
                FailureReason = row.FailureReason,
                NotRun = row.NeverStarted,
            });
        }

        if (row.FallbackFrom is { } from)
        {
            Entry(routed, (from, row.WorkflowId)).Add(row);
            return;
        }

        Entry(lanes, (row.WorkflowId, row.System ?? "unknown")).Add(row);
        Entry(cells, (row.PromptId, row.WorkflowId)).Add(row);
        NoteCategory(row.PromptId, row.PromptCategory);
        if (!row.Success)
        {
            CountOne(CategoryCounts, row.FailureCategory);
            CountOne(ReasonCounts, row.FailureReason);
        }
    }

    /// <inheritdoc />
    public void Merge(RunAccumulator other)
    {
        foreach (var (key, lane) in other.lanes)
        {
            Entry(lanes, key).Merge(lane);
        }

        foreach (var (key, lane) in other.routed)
        {
            Entry(routed, key).Merge(lane);
        }

        foreach (var (key, cell) in other.cells)
        {
            Entry(cells, key).Merge(cell);
        }

        foreach (var (prompt, category) in other.promptCategories)
        {
            NoteCategory(prompt, category);
        }

        FailedJobs.AddRange(other.FailedJobs);
        AddAll(CategoryCounts, other.CategoryCounts);
        AddAll(ReasonCounts, other.ReasonCounts);
    }

    private static TValue Entry<TKey, TValue>(Dictionary<TKey, TValue> entries, TKey key)
        where TKey : notnull
        where TValue : new()
    {
        if (!entries.TryGetValue(key, out var entry))
        {
            entry = new TValue();
            entries.Add(key, entry);
        }

        return entry;
    }

    // Prompts keep their category within a run; if records disagree, the choice must not depend on their order.
    private void NoteCategory(string promptId, string? category)
    {
        if (category is not null && (!promptCategories.TryGetValue(promptId, out var known) || string.CompareOrdinal(category, known) < 0))
        {
            promptCategories[promptId] = category;
        }
    }

    private static void CountOne(Dictionary<string, int> counts, string? key)
    {
        if (key is not null)
        {
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }
    }

    private static void AddAll(Dictionary<string, int> counts, Dictionary<string, int> others)
    {
        foreach (var (key, count) in others)
        {
            counts[key] = counts.GetValueOrDefault(key) + count;
        }
    }
}
