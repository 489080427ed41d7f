namespace Bench.Fixtures.Summaries;

public static partial class SummaryTables
{
    private const string All = "all";

    /// <summary>What the original harness did not say, lane by lane.</summary>
    public static IReadOnlyList<SummaryTable> Lanes(RunSummary summary) =>
        [Outcomes(summary), Success(summary), Latency(summary), ModelAndAgent(summary), Load(summary), TokensAndCost(summary), WaitingAndBootstrap(summary), .. summary.Routed.Count == 0 ? [] : new[] { Routed(summary) }];

    /// <summary>Where every job went.</summary>
    public static SummaryTable Outcomes(RunSummary summary) => new(
        "Outcomes",
        [
            Text("lane"),
            Number("attempted", "jobs with a record: passed + failed (model) + failed (env) + failed (harness) + cancelled"),
            Number("passed", "success on some attempt"),
            Number("failed (model)", "the model, or the agent that drives it, is to blame"),
            Number("failed (env)", "the machine, the network, the account or the provider's service is to blame"),
            Number("failed (harness)", "Bench itself is to blame"),
            Number("cancelled", "the run was stopped before the job had a result"),
            Number("lost", "planned jobs without a record, outside of attempted; unknown when the manifest lists no jobs"),
        ],
        [.. WithAll(summary).Select(lane => (string[])
        [
            lane.Name,
            SummaryNumbers.Count(lane.Outcomes.Attempted),
            SummaryNumbers.Count(lane.Outcomes.Passed),
            SummaryNumbers.Count(lane.Outcomes.FailedModel),
            SummaryNumbers.Count(lane.Outcomes.FailedEnv),
            SummaryNumbers.Count(lane.Outcomes.FailedHarness),
            SummaryNumbers.Count(lane.Outcomes.Cancelled),
            SummaryNumbers.Count(lane.Outcomes.Lost),
        ])]);

    /// <summary>Success rates with their intervals.</summary>
    public static SummaryTable Success(RunSummary summary) => new(
        "Success",
        [
            Text("lane"),
            Number("of answerable, on these prompts", "passed ÷ (passed + failed (model)): without the jobs that say nothing about the lane, retries included, with its 95 % Wilson interval on these prompts and count/n; unknown where no job is answerable"),
            Number("on prompts like these", "the 95 % interval of the same rate for other prompts of the kind: Wilson with n = number of prompts, since trials of one prompt are alike"),
            Number("of attempted, on these prompts", "passed ÷ attempted, whoever is to blame; its interval only where no job was left out (env, harness, cancelled), since else it would be one on who was to blame"),
            Number("bounds", "the rate over attempted and lost jobs if every job that says nothing about the lane (env, harness, cancelled, lost) had failed – had passed"),
            Number("first attempt, on these prompts", "passed without a retry ÷ first attempts that passed or failed by the model"),
            Number("flaky", "passed after a retry"),
        ],
        [.. WithAll(summary).Select(lane => (string[])
        [
            lane.Name,
            SummaryNumbers.Rate(lane.Outcomes.SuccessRateOfAnswerable),
            SummaryNumbers.LikeThese(lane.Outcomes.SuccessRateOfAnswerable),
            SummaryNumbers.Rate(lane.Outcomes.SuccessRateOfAttempted),
            $"{SummaryNumbers.Percent(lane.Outcomes.SuccessRateIfMissingFailed)} – {SummaryNumbers.Percent(lane.Outcomes.SuccessRateIfMissingPassed)}",
            SummaryNumbers.Rate(lane.Outcomes.FirstAttemptSuccessRate),
            SummaryNumbers.Count(lane.Outcomes.Flaky),
        ])]);

    /// <summary>How long the jobs of every lane took; what the last attempts say stands beside the first ones' only where jobs were retried.</summary>
    public static SummaryTable Latency(RunSummary summary) => new(
        "Latency (ms)",
        [
            Text("lane"),
            Text(
                "measure",
                "time to result: of the whole job, submit of the first attempt → result of the last, back-off included, waits for a slot not; "
                + "first output: submit → first assistant output on the lane's own interface; completion: submit → the lane's own terminal event; startup: spawn → ready, last attempt; on a server lane the server's, charged to the first job of its lanes to end, so that another lane on it has none (-)"),
            Number("n", "passed jobs and those that a time limit or stall ended by the lane's own fault, first attempts that succeeded and those that one ended so; what failed otherwise is left out"),
            Number("censored", "of these, those known only to have taken at least so long, since a limit or stall ended them before"),
            Number("p50", "median with its 95 % order-statistic interval on these prompts; ≥ where censored jobs reach it; n too small below 6"),
            Number("p95", "95th percentile with its interval on these prompts; below 72 jobs the maximum instead, ≥ as soon as one is censored"),
        ],
        [.. summary.Lanes.SelectMany(lane => (string[][])
        [
            LatencyRow(lane.WorkflowId, "time to result", lane.TimeToResult),
            LatencyRow(lane.WorkflowId, "first output, first attempt", lane.FirstAttemptFirstOutputLatency),
            .. LastAttemptRow(lane.WorkflowId, "first output, last attempt", lane.FirstOutputLatency, lane.FirstAttemptFirstOutputLatency),
            LatencyRow(lane.WorkflowId, "completion, first attempt", lane.FirstAttemptCompletionLatency),
            .. LastAttemptRow(lane.WorkflowId, "completion, last attempt", lane.CompletionLatency, lane.FirstAttemptCompletionLatency),
            LatencyRow(lane.WorkflowId, "startup", lane.StartupLatency),
        ])]);

    /// <summary>The lane's own cost, apart from the model's.</summary>
    public static SummaryTable ModelAndAgent(RunSummary summary) => new(
        "Model and Agent",
        [
            Text("lane"),
            Text("model", "the model that answered where it is known, else the one asked for"),
            Number("agent overhead p50", "completion − model time in ms, last attempts of passed jobs"),
            Number("model time p50", "time inside model requests in ms, last attempts of passed jobs, as the gateway saw them"),
            Number("model first token p50", "submit → first token of the first own model answer in ms, last attempts of passed jobs"),
            Number("exit lag p50", "terminal event → process gone in ms, last attempts of passed jobs"),
            Number("model requests", "of all jobs and attempts"),
            Number("hidden", "of these, requests beyond the prompt's own turns (titles, summaries, small models)"),
        ],
        [.. summary.Lanes.Select(lane => (string[])
        [
            lane.WorkflowId,
            string.Join(", ", lane.ModelsSelected.Count > 0 ? lane.ModelsSelected : lane.Models),
            SummaryNumbers.MedianWithN(lane.AgentOverhead),
            SummaryNumbers.MedianWithN(lane.ModelTime),
            SummaryNumbers.MedianWithN(lane.ModelFirstToken),
            SummaryNumbers.MedianWithN(lane.ExitLag),
            SummaryNumbers.Total(lane.ModelRequests),
            SummaryNumbers.Total(lane.HiddenModelRequests),
        ])]);

    /// <summary>What the lanes used up.</summary>
    public static SummaryTable TokensAndCost(RunSummary summary) => new(
        "Tokens and Cost",
        [
            Text("lane"),
            Number("input tokens", "of all jobs and attempts, cached ones included; unknown where nobody reported them, ≥ where a part is unknown"),
            Number("output tokens", "reasoning included"),
            Number("cached", "input tokens read from a cache"),
            Number("reasoning", "output tokens spent on reasoning"),
            Number("cost (USD)", "of all jobs and attempts, by the price table; unknown without a price, ≥ where a part is unknown"),
            Number("cost per passed (USD)", "whole cost ÷ passed jobs; unknown where the cost of a job is"),
        ],
        [.. summary.Lanes.Select(lane => (string[])
        [
            lane.WorkflowId,
            SummaryNumbers.Total(lane.InputTokens),
            SummaryNumbers.Total(lane.OutputTokens),
            SummaryNumbers.Total(lane.CachedInputTokens),
            SummaryNumbers.Total(lane.ReasoningTokens),
            SummaryNumbers.Total(lane.CostUsd),
            lane.CostUsdPerPassed?.ToString("0.######", global::System.Globalization.CultureInfo.InvariantCulture) ?? SummaryNumbers.Unknown,
        ])]);

    /// <summary>Time that is no lane's latency.</summary>
    public static SummaryTable WaitingAndBootstrap(RunSummary summary) => new(
        "Waiting and Bootstrap (ms)",
        [
            Text("lane"),
            Number("queue wait p50", "intended start → first slot, all jobs that started; never part of a latency above"),
            Number("queue wait p95", "the same; below 72 jobs the maximum instead"),
            Number("preparation p50", "slot → submit, last attempts of passed jobs: work tree and home made, on a server lane the wait for the server and the session opened; in no latency above"),
            Number("back-off", "sum of the waits between attempts, all jobs; in the time to result, in no other latency above; unknown where no record says it"),
            Number("server bootstrap", "spawn → healthy of the workflow's server, shared by its jobs; charged once, as the startup of the first job that needed it"),
        ],
        [.. summary.Lanes.Select(lane => (string[])
        [
            lane.WorkflowId,
            SummaryNumbers.MedianWithN(lane.QueueWait),
            SummaryNumbers.TailWithN(lane.QueueWait),
            SummaryNumbers.MedianWithN(lane.Preparation),
            SummaryNumbers.Total(lane.BackoffMs),
            SummaryNumbers.LaneMilliseconds(lane.ServerBootstrapMs),
        ])]);

    /// <summary>Work that went down a route, apart from every lane.</summary>
    public static SummaryTable Routed(RunSummary summary) => new(
        "Routed Work",
        [
            Text("lane", "its model was unavailable; its own jobs have failed, and count so above"),
            Text("went on as", "the lane that ran the jobs instead; they are in no other table"),
            Number("attempted", "passed + failed (model) + failed (env) + failed (harness) + cancelled"),
            Number("passed"),
            Number("failed (model)"),
            Number("failed (env)"),
            Number("failed (harness)"),
            Number("cancelled"),
            Number("time to result p50", "as in Latency (ms)"),
        ],
        [.. summary.Routed.Select(route => (string[])
        [
            route.FallbackFrom,
            route.WorkflowId,
            SummaryNumbers.Count(route.Attempted),
            SummaryNumbers.Count(route.Passed),
            SummaryNumbers.Count(route.FailedModel),
            SummaryNumbers.Count(route.FailedEnv),
            SummaryNumbers.Count(route.FailedHarness),
            SummaryNumbers.Count(route.Cancelled),
            SummaryNumbers.MedianWithN(route.TimeToResult),
        ])]);

    private static string[][] LastAttemptRow(string lane, string measure, LatencySummary last, LatencySummary first) =>
        last == first ? [] : [LatencyRow(lane, measure, last)];

    private static string[] LatencyRow(string lane, string measure, LatencySummary latency) =>
        [lane, measure, SummaryNumbers.Count(latency.N), SummaryNumbers.Count(latency.Censored), SummaryNumbers.Median(latency), SummaryNumbers.Tail(latency)];

    // The row of the whole run says nothing new where there is one lane, and is a mixture without intervals where there are several.
    private static IEnumerable<(string Name, OutcomeSummary Outcomes)> WithAll(RunSummary summary) =>
        summary.Lanes.Select(lane => (lane.WorkflowId, lane.Outcomes)).Concat(summary.Lanes.Count == 1 ? [] : [(All, summary.Outcomes)]);

    private static SummaryColumn Number(string name, string definition) => new(name, IsNumber: true, definition);

    private static SummaryColumn Text(string name, string definition) => new(name, IsNumber: false, definition);
}
