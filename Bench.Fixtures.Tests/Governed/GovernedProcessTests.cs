using System.Runtime.Versioning;
using System.Text.Json;
using Bench.Cli;
using Bench.Cli.Commands;
using Bench.Cli.Governed;
using Bench.Cli.Preflight;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;
using Bench.Fixtures.Tests.Gates;

namespace Bench.Fixtures.Tests.Governed;

/// <summary>Governed and progressive runs with the real <c>dotnet test</c> on the built Bench.Tests, and real agents.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class GovernedProcessTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly StringWriter output = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Project => Path.Combine(TestFolder.RepositoryRoot, "Bench.Tests");

    // The configuration of this assembly is that of the one beside it.
    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public void Dispose()
    {
        folder.Dispose();
        output.Dispose();
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_governed_run_of_a_real_lane_passes_on_this_repository()
    {
        await GitLab.NeedThisRepositoryAsync();
        var exit = await RunAsync(
            "governed", "--workflows", "cc_glm_headless", "--set", "Prompts=latency_speed_1", "--required-baseline", "HEAD", "--reported-commit", "HEAD", "--branch", "HEAD", "--run-id", "real");

        Assert.True(exit == 0, output.ToString());
        var report = GovernanceReport.Read(new RunFolder(folder.At("runs", "real")))!;
        Assert.Equal((true, 0, true), (report.Passed, report.Launch!.ExitCode, report.Preflight!.Lanes[0].AuthProbeOk));
        Assert.Contains("attempted 1 = passed 1", report.Launch.Stdout, StringComparison.Ordinal);
        Assert.Contains("[1/1] ok cc_glm_headless / latency_speed_1", output.ToString(), StringComparison.Ordinal);
        Assert.True(File.Exists(folder.At("runs", "test-results", "real", "bench.trx")));
        Assert.True(File.Exists(folder.At("runs", "test-results", "real", "bench.junit.xml")));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_first_phase_of_a_progressive_run_passes_on_this_repository()
    {
        await GitLab.NeedThisRepositoryAsync();
        var exit = await RunAsync("progressive", "--reported-commit", "HEAD", "--branch", "HEAD", "--skip-preflight");

        Assert.True(exit == 0, output.ToString());
        using var state = JsonDocument.Parse(await File.ReadAllBytesAsync(folder.At("runs", "progressive", "state.json"), Token));
        var record = Assert.Single(state.RootElement.GetProperty("history").EnumerateArray());
        Assert.Equal(("phase1_smoke", 1, 1.0, "glm-5"), (
            state.RootElement.GetProperty("last_passed_phase").GetString(), record.GetProperty("peak_in_flight").GetInt32(), record.GetProperty("success_rate").GetDouble(), record.GetProperty("model_selected").GetString()));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task What_the_tests_refuse_ends_with_5_and_is_shown()
    {
        var exit = await RunAsync("governed", "--skip-preflight", "--workflows", "cc_glm_headless", "--run-id", "refused", "--set", $"Gateway:ScriptedDir={folder.Path}");

        Assert.Equal(5, exit);
        Assert.Contains("The scripted answer of prompt 'coding_ability_1' is missing", output.ToString(), StringComparison.Ordinal);
        using var report = JsonDocument.Parse(await File.ReadAllBytesAsync(folder.At("runs", "refused.governance_report.json"), Token));
        Assert.Equal(GateReasons.LaunchFailedNoRecords, report.RootElement.GetProperty("reason_code").GetString());
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Settings_with_separators_of_MSBuild_reach_the_tests_as_they_are()
    {
        var odd = folder.At("a,b;c%41=d $(e)");

        var exit = await RunAsync("governed", "--skip-preflight", "--set", "Prompts=latency_speed_1,coding_ability_2", "--set", "ProviderLimits=cc-glm=2,other=3", "--workflows", "cc_glm_headless", "--run-id", "odd", "--output-dir", odd);

        Assert.True(exit == 0, output.ToString());
        var run = new RunFolder(Path.Combine(odd, "odd"));
        Assert.Equal(2, GovernanceReport.Read(run)!.ReportGate!.Lanes.Sum(lane => lane.SuccessRate.N));
        using var manifest = JsonDocument.Parse(await File.ReadAllBytesAsync(run.Manifest, Token));
        Assert.Equal("{ \"cc-glm\": 2, \"other\": 3 }", System.Text.RegularExpressions.Regex.Replace(manifest.RootElement.GetProperty("provider_limits").GetRawText(), @"\s+", " "));
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData(LibC.SigTerm)]
    [InlineData(UserProcess.SigInt)]
    public async Task A_run_that_is_stopped_ends_with_130_says_so_and_leaves_no_process(int signal)
    {
        Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");
        var script = TestFolder.WriteProgram(folder.At("agent.sh"), "#!/bin/sh\nexec sleep 1000\n");
        string[] arguments = ["governed", "--skip-preflight", "--workflows", "cc_glm_headless", "--run-id", "stopped", "--set", $"CcGlm:HeadlessScript={script}"];
        using var bench = new UserProcess(folder.Path, "dotnet", [TestFolder.Tool, .. arguments, .. Common, .. Runs]);
        var run = new RunFolder(folder.At("runs", "stopped"));
        const string Started = $"\"event\":\"{JournalEvents.JobStarted}\"";
        await bench.UntilAsync(() => File.Exists(run.Journal) && Shared(run.Journal).Contains(Started, StringComparison.Ordinal), "a job had started");

        bench.Signal(signal);
        var exit = await bench.EndAsync();

        Assert.True(exit == ExitCodes.Cancelled, bench.Output);
        var report = GovernanceReport.Read(run)!;
        Assert.Equal((false, GateReasons.Cancelled, "stopped", "collected/summary.json"), (report.Passed, report.ReasonCode, report.RunDir, report.SummaryJson));
        var header = ManifestHeader.Read(run.Manifest);
        Assert.Equal(RunStatuses.Cancelled, header.Status);
        Assert.Equal(0, ProcessReaper.Count(new RunMark("", header.ProcessMark!)));
        Assert.Contains("FAILED (cancelled), exit code 130", bench.Output, StringComparison.Ordinal);
    }

    private Task<int> RunAsync(string command, params string[] args)
    {
        // Where dotnet test leaves its own files.
        var environment = new Dictionary<string, string>(UserProcess.OwnEnvironment) { ["TMPDIR"] = Directory.CreateDirectory(folder.At("tmp")).FullName };
        var host = new CliHost { Environment = environment, CurrentFolder = TestFolder.RepositoryRoot, Output = output, Error = output };
        var tools = new GovernedTools(host, LaneTrial.Probes(host.Environment, host.TimeProvider), DotnetTestLaunch.RunAsync);
        return CommandLine.RunAsync([command, .. args, .. Common, .. args.Contains("--output-dir") ? Array.Empty<string>() : Runs], host, GovernedCommand.Create(tools), ProgressiveCommand.Create(tools));
    }

    private static string[] Common => ["--project", Project, "--no-build", "--configuration", Configuration, "--set", $"Agents:Dir={Path.Combine(TestFolder.RepositoryRoot, "agents")}"];

    private string[] Runs => ["--output-dir", folder.At("runs")];

    private static string Shared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return new StreamReader(stream).ReadToEnd();
    }
}
