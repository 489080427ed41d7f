using Bench.Fixtures.Gates;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>Soaks in this process: the product's two prompts on the cc-glm lane, whose agent is a script that asks the model and answers as a test says.</summary>
internal sealed class SoakLab : IDisposable
{
    /// <summary>Prepares a soak of two rounds whose every answer is right.</summary>
    public SoakLab()
    {
        Lab = new RunLab
        {
            Settings =
            {
                ["Soak:Rounds"] = "2",
                ["Workflows"] = "cc_glm_headless",
                ["PromptsFile"] = PromptsFile,
                ["Timeout"] = "120s",
            },
        };
        Answer("");
    }

    /// <summary>The prompts that soaks ask.</summary>
    public static string PromptsFile => Path.Combine(TestFolder.RepositoryRoot, "prompts", "soak_prompts.json");

    /// <summary>The run.</summary>
    public RunLab Lab { get; }

    /// <summary>Lets some jobs answer otherwise: cases of a shell's <c>case "$BENCH_JOB_ID"</c>, e.g. <c>*echo_ok__t2) echo NOT OK;;</c>.</summary>
    public void Answer(string cases) => AgentScript.UseAsPlainScript(Lab, $"case \"$BENCH_JOB_ID\" in {cases} *echo_ok*) echo OK;; *) echo READY;; esac");

    /// <summary>Runs the soak and returns its final report.</summary>
    public async Task<SoakReport> RunAsync(CancellationToken cancellationToken)
    {
        var inputs = Lab.Inputs();
        await using var run = await BenchRun.OpenAsync(inputs, [.. inputs.Plan.Jobs.Select(job => job.JobId)], TimeProvider.System, cancellationToken);
        Folder = new RunFolder(run.Folder);
        run.Start();
        await run.Soak!.DecidedAsync();
        Problems = await run.CloseAsync();
        return SoakArtifacts.Refresh(Folder, CancellationToken.None)!;
    }

    /// <summary>The folder of the last run.</summary>
    public RunFolder Folder { get; private set; } = null!;

    /// <summary>What made the last run fail as a whole.</summary>
    public IReadOnlyList<string> Problems { get; private set; } = [];

    /// <inheritdoc />
    public void Dispose() => Lab.Dispose();
}
