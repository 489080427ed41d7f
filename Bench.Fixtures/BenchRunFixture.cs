using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;
using Xunit;
using Xunit.Sdk;

namespace Bench.Fixtures;

/// <summary>
/// The run, as a test class takes it: an assembly fixture that starts the gateway and the queue before the first row
/// and stops the shared agent server and everything else after the last, also after failures and cancellation.
/// </summary>
public sealed class BenchRunFixture : IAsyncLifetime
{
    private const string RunKey = "Bench.Run";
    private const string ProblemKey = "Bench.Problem";

    private readonly BenchRun? run = Stored<BenchRun>(RunKey);
    private readonly Exception? problem = Stored<Exception>(ProblemKey);

    /// <summary>The absolute path of the run folder; null when no job was selected.</summary>
    public string? RunFolder => run?.Folder;

    /// <summary>Hands the run that the test framework opened to the fixture that xunit creates.</summary>
    internal static void Hand(BenchRun run) => TestContext.Current.KeyValueStorage[RunKey] = run;

    /// <summary>Hands on why no run could be opened.</summary>
    internal static void Hand(Exception problem) => TestContext.Current.KeyValueStorage[ProblemKey] = problem;

    /// <inheritdoc />
    public ValueTask InitializeAsync()
    {
        run?.Start();
        return ValueTask.CompletedTask;
    }

    /// <summary>Waits for the job of a row; passes, skips or throws as its record says.</summary>
    /// <param name="workflow">Workflow id.</param>
    /// <param name="prompt">Prompt id; with faults <c>&lt;prompt&gt;__&lt;fault&gt;</c>.</param>
    /// <param name="trial">Trial, from 1.</param>
    /// <exception cref="BenchUsageException">The settings or prompts cannot be used, or the job is not in the run.</exception>
    /// <exception cref="BenchFailureException">The job failed; the type is the category. With faults: it did not end as expected. Or the run could not be opened.</exception>
    public async Task RunAsync(string workflow, string prompt, int trial)
    {
        if (prompt == BenchRows.UnusableSettings)
        {
            throw BenchRows.WhyUnusable() ?? new BenchUsageException("Settings and prompts could not be used when the tests were looked for, and can now. Run again.");
        }

        ThrowProblem();

        var jobId = Job.IdOf(workflow, prompt, trial);
        var record = await ResultAsync(run ?? throw NoRun($"Job '{jobId}'"), jobId);
        if (run.VerdictOf(record) is { } verdict)
        {
            throw verdict;
        }
    }


    /// <summary>Waits for a round of a soak, or for its end; passes, skips or throws as the soak's report says.</summary>
    /// <param name="part"><c>round</c> or <c>gate</c>, as <see cref="BenchRows.Soak"/> gives it.</param>
    /// <param name="round">The round, from 1; 0 for the gate.</param>
    /// <exception cref="BenchUsageException">The settings or prompts cannot be used, or the run is no soak.</exception>
    /// <exception cref="SoakFailedException">The round is not clean, or the gate is not passed; names every offender.</exception>
    public async Task SoakAsync(string part, int round)
    {
        ThrowProblem();
        var soak = run?.Soak ?? throw NoRun($"The soak's {part}");
        await (part == BenchRows.SoakGateRow ? soak.DecidedAsync() : soak.RoundAsync(round));
        SoakVerdict.Throw(soak.Report, part == BenchRows.SoakGateRow ? null : round, new RunFolder(run.Folder), run.IsCancelled);
    }

    /// <summary>Closes the run.</summary>
    /// <exception cref="InvalidOperationException">The run as a whole failed: a secret in its folder, an agent that changed, a folder that is not whole.</exception>
    public async ValueTask DisposeAsync()
    {
        var problems = run is null ? [] : await run.CloseAsync();
        if (problems.Count > 0)
        {
            throw new InvalidOperationException(string.Join(Environment.NewLine, problems));
        }
    }

    private void ThrowProblem()
    {
        if (problem is not null)
        {
            throw RunRefusal.Again(problem);
        }
    }

    private static async Task<JobRecord> ResultAsync(BenchRun run, string jobId)
    {
        try
        {
            return await run.ResultAsync(jobId);
        }
        catch (JobNotRunException notRun)
        {
            throw SkipException.ForSkip(notRun.Message);
        }
    }

    private static BenchUsageException NoRun(string what) =>
        new($"{what} has no run. Is the assembly's test framework {nameof(BenchTestFramework)}? The targets of Bench.Fixtures set it.");

    private static T? Stored<T>(string key)
        where T : class => TestContext.Current.KeyValueStorage.TryGetValue(key, out var value) ? value as T : null;
}
