using System.Globalization;
using System.Reflection;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;
using Bench.Fixtures.Reporting;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

namespace Bench.Fixtures;

/// <summary>
/// The custom reporter: an xunit test framework that opens a run for the job rows that were selected, lets xunit run them,
/// and closes the run whatever happened. It works under <c>dotnet test</c> and when the executable is started directly.
/// </summary>
public sealed class BenchTestFramework : XunitTestFramework
{
    private readonly string? configFileName;

    /// <summary>Creates the framework.</summary>
    public BenchTestFramework()
    {
    }

    /// <summary>Creates the framework with xunit's configuration file.</summary>
    public BenchTestFramework(string? configFileName)
        : base(configFileName)
    {
        this.configFileName = configFileName;
    }

    /// <inheritdoc />
    protected override ITestFrameworkExecutor CreateExecutor(Assembly assembly) =>
        new Executor(new XunitTestAssembly(assembly, configFileName));

    /// <inheritdoc />
    protected override ITestFrameworkDiscoverer CreateDiscoverer(Assembly assembly) =>
        new Discoverer(new XunitTestAssembly(assembly, configFileName));

    // One test case per row, whoever runs: without it the executable by itself would see one case without traits, and open no run.
    private sealed class Discoverer(IXunitTestAssembly assembly) : XunitTestFrameworkDiscoverer(assembly)
    {
        protected override ValueTask<bool> FindTestsForType(
            IXunitTestClass testClass, ITestFrameworkDiscoveryOptions discoveryOptions, Func<ITestCase, ValueTask<bool>> discoveryCallback)
        {
            discoveryOptions.SetPreEnumerateTheories(true);
            return base.FindTestsForType(testClass, discoveryOptions, test => StandsForNone(test) ? ValueTask.FromResult(true) : discoveryCallback(test));
        }

        // A theory without rows fails, and one that may have none is skipped: in a run that is no soak its rows must not exist at all.
        private static bool StandsForNone(ITestCase test) => test.Traits.TryGetValue(BenchRows.SoakTrait, out var parts) && parts.Contains(BenchRows.NoSoakTrait);
    }

    private sealed class Executor(IXunitTestAssembly assembly) : XunitTestFrameworkExecutor(assembly)
    {
        public override async ValueTask RunTestCases(
            IReadOnlyCollection<IXunitTestCase> testCases,
            IMessageSink executionMessageSink,
            ITestFrameworkExecutionOptions executionOptions,
            CancellationToken cancellationToken)
        {
            var jobIds = testCases.Select(JobIdOf).OfType<string>().ToList();
            var rounds = testCases.SelectMany(SoakRoundsOf).ToHashSet(StringComparer.Ordinal);
            if (jobIds.Count + rounds.Count == 0)
            {
                await base.RunTestCases(testCases, executionMessageSink, executionOptions, cancellationToken);
                return;
            }

            // Messages on the test's own thread: the default queue loses the last ones when the process dies. A screen of our own may take
            // nothing for long, though, and rows that wait for it would use the pool up that the run lives on.
            executionOptions.SetSynchronousMessageReporting(!RunAnnouncement.IsOwnScreen);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, StopSignals.Cancelled);
            BenchRun run;
            try
            {
                var inputs = BenchInputs.Read();
                string[] selected = [.. jobIds.Union(JobsOf(inputs.Plan, rounds))];
                RunChecks.Refuse(inputs, inputs.Plan.Select(selected));
                run = await BenchRun.OpenAsync(inputs, selected, TimeProvider.System, stop.Token, RunAnnouncement.Prepare);
            }
            catch (Exception problem)
            {
                // One row says it, whatever it is; as many more as there are rows would only bury it.
                var refusal = RunRefusal.Of(problem);
                BenchRunFixture.Hand(refusal);
                var sink = refusal is BenchUsageException ? new RenamedRowSink(executionMessageSink, BenchRows.UnusableDisplayName) : executionMessageSink;
                await base.RunTestCases([testCases.First(c => JobIdOf(c) is not null || SoakRoundsOf(c).Any())], sink, executionOptions, cancellationToken);
                return;
            }

            await using (run)
            {
                using var announcement = RunAnnouncement.Make(run.Note);
                BenchRunFixture.Hand(run);
                await base.RunTestCases(testCases, new JobMessageSink(executionMessageSink, run, BenchRows.JobTrait), executionOptions, cancellationToken);

                // The fixture has closed the run unless xunit could not get that far.
                await run.CloseAsync();
                announcement.End(output => RunEnding.Print(new RunFolder(run.Folder), output));
            }
        }

        // What a row of a soak needs although no row of its jobs was selected: its round, or all of them.
        private static IEnumerable<string> JobsOf(RunPlan plan, HashSet<string> rounds) =>
            plan.Jobs.Where(job => rounds.Contains(BenchRows.SoakGateRow) || rounds.Contains(job.Trial.ToString(CultureInfo.InvariantCulture))).Select(job => job.JobId);

        private static IEnumerable<string> SoakRoundsOf(IXunitTestCase testCase) =>
            !testCase.Traits.TryGetValue(BenchRows.SoakTrait, out var parts) ? []
            : parts.Contains(BenchRows.SoakGateRow) ? [BenchRows.SoakGateRow]
            : testCase.Traits[BenchRows.RoundTrait];

        // The row of unusable settings has no job, though a filter that asks for one selects it.
        private static string? JobIdOf(IXunitTestCase testCase) =>
            !testCase.Traits.ContainsKey(BenchRows.UnusableTrait) && testCase.Traits.TryGetValue(BenchRows.JobTrait, out var ids) ? ids.FirstOrDefault() : null;
    }
}
