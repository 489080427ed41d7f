using Bench.Fixtures.Planning;
using Bench.Fixtures.Tests.Gates;
using Bench.Fixtures.Tests.Processes;
using Bench.Fixtures.Gates;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>What a run notes of the world around it.</summary>
public sealed class WorldFactsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(3600, "forward by 3600 s")]
    [InlineData(-3600, "back by 3600 s")]
    [InlineData(0, null)]
    public async Task A_wall_clock_that_is_set_while_the_run_goes_on_is_noted(int seconds, string? note)
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run", ["Workflows"] = "cc_glm_headless" } };
        var inputs = lab.Inputs();
        var clock = new SetClock();
        await using var run = await BenchRun.OpenAsync(inputs, [.. inputs.Plan.Jobs.Select(job => job.JobId)], clock, Token);

        run.Start();
        await Task.WhenAll(inputs.Plan.Jobs.Select(job => run.ResultAsync(job.JobId)));
        clock.Ahead = TimeSpan.FromSeconds(seconds);
        await run.CloseAsync();

        var folder = new Bench.Fixtures.Records.RunFolder(run.Folder);
        var closing = Manifest.Parse(File.ReadAllBytes(folder.Manifest)).Closing!;
        Assert.Equal(note is null ? null : seconds, closing.ClockStepMs is { } step ? (int?)Math.Round(step / 1000) : null);
        Assert.Equal(note is not null, File.ReadAllText(folder.Journal).Contains($"The wall clock was set {note}", StringComparison.Ordinal));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_repository_of_another_user_is_told_from_a_damaged_one()
    {
        using var lab = await new GitLab().InitAsync();
        var (owned, _) = await Commands.RunAsync(Commands.Shell($"chown -R 12345 '{lab.Main}'"), Token);
        Assert.SkipUnless(owned.ExitCode == 0, "Needs root.");
        var git = new GitCli(lab.Main, Environment.GetEnvironmentVariable("PATH"), TimeProvider.System);
        Assert.SkipWhen((await git.RunAsync(Token, "rev-parse", "HEAD")).ExitCode == 0, "This account trusts every folder.");

        var problem = await Assert.ThrowsAsync<GitException>(() => GitRepository.OpenAsync(git, Token));
        await Commands.RunAsync(Commands.Shell($"chown -R $(id -u) '{lab.Main}'"), Token);

        Assert.Equal(GateReasons.GitForeignOwner, problem.ReasonCode);
        Assert.Contains("it is not damaged", problem.Message, StringComparison.Ordinal);
        Assert.Contains($"safe.directory '{lab.Main}'", problem.NextAction, StringComparison.Ordinal);
    }

    /// <summary>The system's clock, whose wall can be set.</summary>
    private sealed class SetClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
    }
}
