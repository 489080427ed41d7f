using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Gateway.Cassettes;
using Bench.Fixtures.Gateway.Faults;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures;

/// <summary>What a run refuses at its opening, beside settings and prompts: its files and folders. Asked by plan and preflight too, which so find the same.</summary>
public static class RunChecks
{
    /// <summary>Checks the files and folders of a run; starts nothing and leaves nothing.</summary>
    /// <param name="inputs">Settings and prompts.</param>
    /// <param name="plan">The jobs that are to run.</param>
    /// <exception cref="BenchUsageException">A run would be refused; names all that is wrong.</exception>
    public static void Refuse(BenchInputs inputs, RunPlan plan)
    {
        var settings = inputs.Settings;
        var problems = new List<string>();
        Try(problems, () => CheckFolder(settings));
        Try(problems, () => ResultFiles.Check(settings));
        if (settings.Profile == Profile.Embedded && settings.Soak?.Dispatcher is null)
        {
            Try(problems, () => ScriptedAnswers.Load(settings.ScriptedDir, plan.Jobs.Select(job => job.PromptId)));
        }

        if (settings is { Profile: Profile.Replay, Gateway.Cassette: { } cassette })
        {
            Try(problems, () => Cassette.Read(cassette));
        }

        if (settings.PricesFile is { } prices)
        {
            Try(problems, () => PriceTable.Read(prices));
        }

        if (settings.Gateway.FaultPlan is { } faults)
        {
            Try(problems, () => FaultPlanReader.Read(faults));
        }

        Try(problems, () => RunResources.ReadExpectations(inputs, plan));
        if (problems.Count > 0)
        {
            throw new BenchUsageException(problems);
        }
    }

    private static void CheckFolder(BenchSettings settings)
    {
        if (OutputFolder.Problem(settings.OutputDir) is { } problem)
        {
            throw new BenchUsageException(problem);
        }

        if (settings is { Resume: false, HasMadeRunId: false })
        {
            RunWriter.RefuseTaken(RunFolder.Of(settings.OutputDir, settings.RunId), settings.RunId);
        }
    }

    private static void Try(List<string> problems, Action check)
    {
        try
        {
            check();
        }
        catch (BenchUsageException e)
        {
            problems.AddRange(e.Problems);
        }
    }
}
