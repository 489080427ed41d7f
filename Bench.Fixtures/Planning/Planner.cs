using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Planning;

/// <summary>Makes the plan of a run. Pure: the same prompts and settings give the same plan.</summary>
public static class Planner
{
    /// <summary>All jobs of the run, in start order.</summary>
    /// <exception cref="BenchUsageException">The settings name prompts that the set does not hold; names all.</exception>
    public static RunPlan Plan(PromptSet promptSet, BenchSettings settings)
    {
        var prompts = PromptsOf(promptSet, settings);
        var workflows = settings.Workflows.Select(id => WorkflowCatalog.Find(id) ?? throw new ArgumentException($"The workflow '{id}' does not exist.", nameof(settings))).ToList();
        var slots = settings.Soak is not null ? Rounds(prompts, workflows, settings)
            : settings.Order == JobOrder.Interleaved ? Interleaved(prompts, workflows, settings)
            : Sequential(prompts, workflows, settings);
        var jobs = slots.Select((slot, ordinal) => JobOf(slot, ordinal, settings.Model)).ToList();
        return new() { Jobs = jobs, PlanHash = Hash(promptSet, settings, jobs) };
    }

    /// <summary>The prompts that the settings choose, in the set's order; all when they name none.</summary>
    internal static IReadOnlyList<Prompt> PromptsOf(PromptSet promptSet, BenchSettings settings)
    {
        var known = promptSet.Prompts.Select(prompt => prompt.Id).ToList();
        string[] problems =
        [
            .. settings.Prompts.Except(known).Select(id =>
                $"Prompts names '{id}', which '{promptSet.Path}' does not hold.{NearestName.Hint(id, known)} It holds {NearestName.Quoted(known)}. Correct Prompts, or name another PromptsFile."),
        ];
        return problems.Length > 0
            ? throw new BenchUsageException(problems)
            : settings.Prompts.Count == 0 ? promptSet.Prompts : [.. promptSet.Prompts.Where(prompt => settings.Prompts.Contains(prompt.Id))];
    }

    // Trial by trial, so that a run that is cut short has whole trials; in a trial prompt by prompt, so that drift hits all lanes alike.
    private static IEnumerable<Slot> Interleaved(IReadOnlyList<Prompt> prompts, List<WorkflowDescription> workflows, BenchSettings settings) =>
        from trial in Enumerable.Range(1, settings.Trials)
        from prompt in prompts
        from fault in FaultsOf(settings)
        from workflow in Shuffled(workflows, settings.Seed, Job.CaseOf(prompt.Id, fault), trial)
        select new Slot(workflow, prompt, fault, trial);

    private static IEnumerable<Slot> Sequential(IReadOnlyList<Prompt> prompts, List<WorkflowDescription> workflows, BenchSettings settings) =>
        from workflow in workflows
        from trial in Enumerable.Range(1, settings.Trials)
        from prompt in prompts
        from fault in FaultsOf(settings)
        select new Slot(workflow, prompt, fault, trial);

    // A soak's rounds come one after the other, whatever the order; within one its jobs start as they are reported.
    private static IEnumerable<Slot> Rounds(IReadOnlyList<Prompt> prompts, List<WorkflowDescription> workflows, BenchSettings settings) =>
        from round in Enumerable.Range(1, settings.Trials)
        from workflow in workflows
        from prompt in prompts
        select new Slot(workflow, prompt, null, round);

    private static IEnumerable<string?> FaultsOf(BenchSettings settings) => settings.Faults.DefaultIfEmpty<string?>(null);

    // Each prompt and trial has a generator of its own: another prompt in the set does not change the order within this one.
    private static List<WorkflowDescription> Shuffled(List<WorkflowDescription> workflows, int seed, string caseId, int trial)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{seed}:{caseId}:{trial}");
        var generator = new SplitMix64(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
        var shuffled = workflows.ToList();
        generator.Shuffle(shuffled);
        return shuffled;
    }

    private static Job JobOf(Slot slot, int ordinal, ModelSettings model) => new()
    {
        JobId = Job.IdOf(slot.Workflow.Id, Job.CaseOf(slot.Prompt.Id, slot.Fault), slot.Trial),
        Ordinal = ordinal,
        WorkflowId = slot.Workflow.Id,
        System = slot.Workflow.System,
        WorkflowKind = slot.Workflow.Kind,
        PromptId = slot.Prompt.Id,
        PromptCategory = slot.Prompt.Category,
        PromptTitle = slot.Prompt.Title,
        Fault = slot.Fault,
        Trial = slot.Trial,
        Model = model.Of(slot.Workflow),
        Provider = model.ProviderOf(slot.Workflow),
    };

    private static string Hash(PromptSet promptSet, BenchSettings settings, List<Job> jobs) => PlanHashing.Of(new PlanFacts
    {
        PromptSetSha256 = promptSet.Sha256,
        Profile = SettingNames.Of(settings.Profile),
        Seed = settings.Seed,
        MaxRetries = settings.MaxRetries,
        Timeout = settings.Timeout,
        StallThreshold = settings.StallThreshold,
        FaultPlan = settings.Gateway.FaultPlan,
        Jobs = jobs.Select(job => (job.JobId, job.Model)),
    });

    private sealed record Slot(WorkflowDescription Workflow, Prompt Prompt, string? Fault, int Trial);
}
