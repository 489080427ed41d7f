using System.Globalization;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Records;
using Bench.Fixtures.Statistics;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures.Gates;

/// <summary>Judges a soak: evidence in, report out. Pure, so that the same folder gives the same report, whoever asks.</summary>
public sealed partial class SoakReportBuilder
{
    private const double PoorRate = 0.05;
    private const string Model = "model";

    // As the original names them in all its reports.
    private static readonly string[] KnownProviders = ["opencode", "cc-glm", "gemini"];

    private readonly SoakEvidence evidence;
    private readonly ManifestSoak soak;
    private readonly bool mayStillCome;
    private readonly List<(ManifestJob Job, string Provider, int Index, int Place)> jobs;

    private SoakReportBuilder(SoakEvidence evidence)
    {
        this.evidence = evidence;
        soak = evidence.Manifest.Soak ?? throw new ArgumentException("The run is no soak.", nameof(evidence));
        mayStillCome = evidence.Manifest.Status == Manifest.Running && !evidence.IsDead;
        jobs = InReportOrder(evidence.Manifest.Jobs);
    }

    /// <summary>The report.</summary>
    /// <exception cref="ArgumentException">The run is no soak.</exception>
    public static SoakReport Build(SoakEvidence evidence) => new SoakReportBuilder(evidence).Build();

    private SoakReport Build()
    {
        var manifest = evidence.Manifest;
        var rounds = Enumerable.Range(1, soak.MaxRounds).Select(RoundOf).ToList();
        var ended = rounds.TakeWhile(round => round.Status is SoakRoundStatuses.Clean or SoakRoundStatuses.Failed).Select(round => round.Passed).ToList();
        var decision = SoakGate.Decide(ended, soak.Rounds, soak.MaxRounds);
        var isWhole = PlanHashing.Of(PlanFacts.Of(manifest)) == manifest.PlanHash;
        var problems = ProblemsOf(manifest.Closing);
        var status = StatusOf(decision, isWhole, problems);
        var begun = rounds.Where(round => round.Status != SoakRoundStatuses.NotRun).ToList();
        var all = begun.SelectMany(round => round.Jobs).ToList();
        var isProof = decision == SoakDecision.Passed && isWhole && !manifest.DryRun;
        var inARow = ended.AsEnumerable().Reverse().TakeWhile(isClean => isClean).Count();
        var offenders = all.Where(IsOffence).Select(OffenderOf).ToList();
        var (started, completed) = (Earliest(all.Select(job => job.StartedAt)), mayStillCome ? null : Latest(all.Select(job => job.CompletedAt)));
        return new SoakReport
        {
            RunId = manifest.RunId,
            Status = status,
            AllClean = begun.Count > 0 && begun.All(round => round.Passed),
            Reason = ReasonOf(status, inARow, begun.Count, offenders.Count, problems),
            Profile = manifest.Profile,
            DryRun = manifest.DryRun,
            Dispatcher = soak.Dispatcher,
            RoundsRequired = soak.Rounds,
            MaxRounds = soak.MaxRounds,
            RoundsTried = begun.Count,
            ConsecutiveClean = inARow,
            TotalJobs = all.Count,
            TotalPassed = all.Count(job => job.Success),
            TotalFailed = all.Count(IsOffence),
            StartedAt = started,
            CompletedAt = completed,
            DurationSec = SecondsBetween(started, completed),
            Proof = ProofOf(isProof, jobs),
            Latency = LatencyOf(all),
            ProviderSummary = jobs.Select(entry => entry.Provider).Distinct().ToDictionary(provider => provider, provider => ProviderOf(provider, all, isProof)),
            Rounds = rounds,
            Offenders = offenders,
            RunProblems = problems,
            RunDir = evidence.RunDir,
            Decision = isWhole ? decision : SoakDecision.GoOn,
        };
    }

    private static List<(ManifestJob Job, string Provider, int Index, int Place)> InReportOrder(IReadOnlyList<ManifestJob> planned)
    {
        var providers = planned.Select(ProviderOf).Distinct().OrderBy(provider => Array.IndexOf(KnownProviders, provider) is var place and >= 0 ? place : KnownProviders.Length).ToList();
        return
        [
            .. from round in planned.GroupBy(job => job.Trial).OrderBy(round => round.Key)
               let ofProviders = providers.SelectMany(provider => round.Where(job => ProviderOf(job) == provider).Select((job, index) => (job, provider, index)))
               from entry in ofProviders.Select((entry, place) => (entry.job, entry.provider, entry.index, place))
               select entry,
        ];
    }

    private static string ProviderOf(ManifestJob job) => Settings.WorkflowCatalog.Find(job.WorkflowId)?.System ?? job.WorkflowId;

    private SoakRound RoundOf(int number)
    {
        var planned = jobs.Where(entry => entry.Job.Trial == number).ToList();
        if (planned.Count == 0)
        {
            return NotRun(number, "none of its jobs was selected");
        }

        var isBegun = number <= evidence.Round || planned.Any(entry => evidence.Prompts.ContainsKey(entry.Job.JobId) || RecordOf(entry.Job) is { JobStartedAt: not null });
        if (!isBegun)
        {
            var why = planned.Select(entry => entry.Job.NotRun).FirstOrDefault(reason => reason is not null);
            return NotRun(number, why ?? (mayStillCome ? "it has not begun" : "the run ended before it"));
        }

        var shown = planned.Select(JobOf).ToList();
        var isClean = shown.All(job => job.Success);
        var isOpen = shown.Any(job => job.Status == SoakStates.Pending);
        var (started, completed) = (Earliest(shown.Select(job => job.StartedAt)), isOpen ? null : Latest(shown.Select(job => job.CompletedAt)));
        return new SoakRound
        {
            RoundNum = number,
            Status = isClean ? SoakRoundStatuses.Clean : isOpen ? SoakRoundStatuses.Running : SoakRoundStatuses.Failed,
            Reason = null,
            JobCount = shown.Count,
            Passed = isClean,
            PassRate = (double)shown.Count(job => job.Success) / shown.Count,
            StartedAt = started,
            CompletedAt = completed,
            DurationSec = SecondsBetween(started, completed),
            Jobs = shown,
        };
    }

    private static SoakRound NotRun(int number, string why) => new()
    {
        RoundNum = number,
        Status = SoakRoundStatuses.NotRun,
        Reason = why,
        JobCount = 0,
        Passed = false,
        PassRate = null,
        StartedAt = null,
        CompletedAt = null,
        DurationSec = null,
        Jobs = [],
    };

    private SoakProvider ProviderOf(string provider, List<SoakJob> all, bool isProof)
    {
        var own = all.Where(job => job.JobSpec.Provider == provider).ToList();
        var latency = LatencyOf(own);
        var proof = ProofOf(isProof, [.. jobs.Where(entry => entry.Provider == provider)]);
        var passed = own.Where(job => job.Success).Select(job => LatencyMsOf(RecordOf(job))).OfType<double>().ToList();
        return new SoakProvider
        {
            Total = own.Count,
            Passed = own.Count(job => job.Success),
            Failed = own.Count(IsOffence),
            JobsPerRound = PerRound(jobs.Where(entry => entry.Provider == provider)),
            LatencyMsMean = passed.Count == 0 ? null : Estimates.Milliseconds(passed.Average()),
            LatencyMsP50 = latency.P50.ValueMs,
            Latency = latency,
            Proof = proof,
        };
    }

    private static int PerRound(IEnumerable<(ManifestJob Job, string Provider, int Index, int Place)> planned) => planned.CountBy(entry => entry.Job.Trial).Max(round => round.Value);

    private SoakProof ProofOf(bool isProof, List<(ManifestJob Job, string Provider, int Index, int Place)> planned)
    {
        var jobsPerRound = PerRound(planned);
        var n = isProof ? soak.Rounds * jobsPerRound : 0;
        return new SoakProof
        {
            N = n,
            IsOfMixture = planned.Select(entry => entry.Job.WorkflowId).Distinct().Skip(1).Any(),
            FailureRateUpperBound95 = n == 0 ? null : RoundedUp(ZeroFailures.UpperBoundOfRun(jobsPerRound, soak.Rounds, soak.MaxRounds)),
            ChanceToPassAt5Percent = Rounding.Share(ZeroFailures.ChanceOfRun(ZeroFailures.ChanceToPass(PoorRate, jobsPerRound), soak.Rounds, soak.MaxRounds)),
        };
    }

    // A bound that is rounded down claims too much; a hair of it is the arithmetic's.
    private static double RoundedUp(double bound) => bound >= 1 ? 1 : Percentage.Rounded(bound - 1e-10, 4, MidpointRounding.ToPositiveInfinity);

    // The house's rule: failures are not mixed in, and what a limit ended counts as "at least".
    private LatencySummary LatencyOf(IReadOnlyList<SoakJob> shown)
    {
        var samples = new LatencySamples();
        foreach (var record in shown.Select(RecordOf).OfType<JobRecord>())
        {
            var isCutOff = record is { Censored: true, Success: false, Status: JobStatuses.Failed, FailureCategory: Model };
            if (SoakStates.IsSuccess(record) || isCutOff)
            {
                samples.Add(LatencyMsOf(record), passed: !isCutOff, isAtLeast: isCutOff);
            }
        }

        var latency = Estimates.Latency(samples);
        return shown.Select(job => job.JobSpec.WorkflowId).Distinct().Skip(1).Any() ? Estimates.OfMixture(latency) : latency;
    }

    private string StatusOf(SoakDecision decision, bool isWhole, List<string> problems) => evidence.Manifest.Status switch
    {
        Manifest.Running => evidence.IsDead ? SoakStatuses.Crashed : SoakStatuses.Running,
        RunStatuses.Cancelled => SoakStatuses.Cancelled,
        RunStatuses.Completed when !isWhole => SoakStatuses.Partial,
        RunStatuses.Completed when decision == SoakDecision.Passed && problems.Count == 0 => SoakStatuses.Passed,
        RunStatuses.Completed => SoakStatuses.Failed,
        _ => SoakStatuses.Crashed,
    };

    private string? ReasonOf(string status, int inARow, int tried, int offenders, List<string> problems)
    {
        var required = soak.Rounds == 1 ? "1 clean round is" : string.Create(CultureInfo.InvariantCulture, $"{soak.Rounds} clean rounds in a row are");
        return status switch
        {
            SoakStatuses.Passed => null,
            SoakStatuses.Running => "The run has not ended: it goes on, or it was killed and its folder has not been finished (dotnet bench collect does that).",
            SoakStatuses.Cancelled => "The run was cancelled.",
            SoakStatuses.Crashed => "The run's process died.",
            SoakStatuses.Partial => "There is no verdict: a test filter left jobs of the soak out. Run it without a filter.",
            _ => string.Join(' ', (IEnumerable<string>)
            [
                string.Create(CultureInfo.InvariantCulture, $"{required} required; {tried} tried, {inARow} clean in a row at the end, {Counted.Of(offenders, "offender")}."),
                .. problems,
            ]),
        };
    }

    private static List<string> ProblemsOf(ManifestClosing? closing) => closing is null ? [] :
    [
        .. closing.ProcessesLeft == 0 ? Array.Empty<string>() : [$"{Counted.Of(closing.ProcessesLeft, "process")} outlived the run and had to be killed."],
        .. closing.RedactionFindings.Count == 0 ? Array.Empty<string>() : [$"Secrets were found in the run's folder: {string.Join("; ", closing.RedactionFindings)}."],
        .. closing.Unsearched.Count == 0 ? Array.Empty<string>() : [$"Not searched for secrets: {string.Join("; ", closing.Unsearched)}."],
        .. closing.ChangedAgents.Select(change => $"{change}."),
        .. closing.WriteProblems.Select(problem => $"The run folder is not whole: {problem}"),
    ];

    // The stamps are of one format, UTC with milliseconds, which sorts as text.
    private static string? Earliest(IEnumerable<string?> stamps) => stamps.OfType<string>().Min(StringComparer.Ordinal);

    private static string? Latest(IEnumerable<string?> stamps) => stamps.OfType<string>().Max(StringComparer.Ordinal);

    private static double? SecondsBetween(string? from, string? to) => Instant(to) - Instant(from) is { } time ? Rounding.To(time.TotalSeconds, 3) : null;

    private static DateTimeOffset? Instant(string? stamp) =>
        DateTimeOffset.TryParse(stamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant) ? instant : null;
}
