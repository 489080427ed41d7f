using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bench.Cli;
using Bench.Cli.Commands;
using Bench.Cli.Preflight;
using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;
using Bench.Fixtures.Tests.Processes;
using Bench.Fixtures.Tests.Runs;

namespace Bench.Fixtures.Tests.Dispatches;

/// <summary>
/// Dispatched jobs in a test's own folder, by the commands as a user gives them; workers and agents are real processes. The agent of cc-glm is a script
/// that asks its model; it answers when <see cref="Release"/> was called, or at once.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class DispatchLab : IDisposable
{
    private const string Mark = "DISPATCH_LAB";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private TimeProvider clock = TimeProvider.System;

    /// <summary>A lab whose cc-glm agent answers at once.</summary>
    public DispatchLab()
    {
        Runs = new RunLab();
        Runs.Write("project/Bench.sln", "");
        Runs.Write("project/bench.json", "{}");
        Prompt = Runs.Write("task.prompt", "Return exactly: READY\n");
        Runs.Write("scripted/task.json", """{ "schema_version": 1, "prompt_id": "task", "turns": [ { "text": "READY" } ] }""");
        Settings["Dispatch:Dir"] = Jobs;
        Settings["Gateway:ScriptedDir"] = Runs.At("scripted");
        Settings["Agents:Dir"] = Path.Combine(TestFolder.RepositoryRoot, "agents");
        Settings["Agents:SearchPath"] = "false";
        foreach (var name in new[] { "PATH", "HOME", "DOTNET_ROOT" })
        {
            if (System.Environment.GetEnvironmentVariable(name) is { } value)
            {
                Environment[name] = value;
            }
        }

        // What is killed leaves files there.
        Environment["TMPDIR"] = Directory.CreateDirectory(Runs.At("tmp")).FullName;
        Environment[Mark] = Runs.At();
        UseAgent("", "text", "READY");
    }

    /// <summary>Settings, given to every command by <c>--set</c>.</summary>
    public Dictionary<string, string> Settings => Runs.Settings;

    /// <summary>What commands and workers inherit.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>Whether the commands' machine can start what outlives them.</summary>
    public bool CanDetach { get; set; } = true;

    /// <summary>The prompt file.</summary>
    public string Prompt { get; }

    /// <summary>The folder of the jobs.</summary>
    public string Jobs => Runs.At("jobs");

    /// <summary>What the last command printed on standard output.</summary>
    public string Output { get; private set; } = "";

    /// <summary>What it printed on standard error.</summary>
    public string Error { get; private set; } = "";

    /// <summary>The folder, and the agents' scripts.</summary>
    public RunLab Runs { get; }

    /// <summary>The arguments that every command of the lab gets.</summary>
    public IEnumerable<string> CommonArguments =>
        [.. new[] { "--project", Runs.At("project") }, .. Settings.SelectMany(setting => new[] { "--set", $"{setting.Key}={setting.Value}" })];

    private async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error)
    {
        var host = new CliHost
        {
            Environment = new Dictionary<string, string>(Environment),
            CurrentFolder = Runs.At(),
            Tool = TestFolder.Tool,
            Output = output,
            Error = error,
            CanDetach = CanDetach,
            TimeProvider = clock,
        };
        return await CommandLine.RunAsync(["dispatch", .. arguments, .. CommonArguments], host, DispatchCommand.Create(host, new Dictionary<string, LaneProbe>()));
    }

    /// <summary>Gives cc-glm an agent: a beginning in shell, then the dummy agent, which asks its model and does the steps.</summary>
    public void UseAgent(string beginning, params string[] steps) => AgentScript.UseAsPlainScript(Runs, beginning, steps);

    /// <summary>Gives cc-glm an agent that notes its pid and home, and answers when <see cref="Release"/> was called.</summary>
    public void UseWaitingAgent(string beginning = "") => UseAgent(
        $"""
        {beginning}
        echo "$HOME" > {AgentScript.Quoted(Runs.At("home"))}
        echo $$ > {AgentScript.Quoted(Runs.At("agent.pid"))}
        while ! test -e {AgentScript.Quoted(Runs.At("released"))}; do sleep 0.05; done
        """,
        "text",
        "READY");

    /// <summary>From now on waiting agents answer.</summary>
    public void Release() => Runs.Write("released", "");

    /// <summary>Runs <c>dispatch</c> with these arguments in this process; returns its exit code.</summary>
    public async Task<int> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        var exitCode = await RunAsync(arguments, output, error);
        (Output, Error) = (output.ToString(), error.ToString());
        return exitCode;
    }

    /// <summary>Runs <c>dispatch status</c> beside other commands; what it prints is lost.</summary>
    public async Task StatusBesideAsync()
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        await RunAsync(["status"], output, output);
    }

    /// <summary>Gives the commands of this lab a clock that can be set on; workers have the real one.</summary>
    public SkippingClock UseClock()
    {
        var skipping = new SkippingClock();
        clock = skipping;
        return skipping;
    }

    /// <summary>Starts a job; returns the exit code.</summary>
    public Task<int> StartAsync(string beads, params string[] more) => StartOnAsync("cc-glm", beads, more);

    /// <summary>Starts a job on a provider; returns the exit code.</summary>
    public Task<int> StartOnAsync(string provider, string beads, params string[] more) =>
        RunAsync(["start", "--beads", beads, "--provider", provider, "--prompt-file", Prompt, .. more]);

    /// <summary>Runs a command with <c>--json</c>; the document that it printed.</summary>
    public async Task<JsonElement> JsonAsync(int exitCode, params string[] arguments)
    {
        var actual = await RunAsync([.. arguments, "--json"]);
        Assert.True(exitCode == actual, $"Exit code {actual} instead of {exitCode}: {Output}{Error}");
        return JsonDocument.Parse(Output).RootElement;
    }

    /// <summary>An instance of a job.</summary>
    public DispatchInstance Instance(string beads, int number = 1) => new DispatchFolder(Jobs).Instance(beads, number);

    /// <summary>The job as its files say, without any command.</summary>
    public DispatchEntry Entry(string beads, int number = 1) => DispatchEntry.Read(Instance(beads, number))!;

    /// <summary>The record of a job.</summary>
    public JobRecord Record(string beads) => DispatchStore.RecordOf(Instance(beads))!;

    /// <summary>Waits until something holds.</summary>
    public static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(Interval, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until a job's worker has ended, without any command that could help it; returns the outcome.</summary>
    public async Task<DispatchOutcome> EndAsync(string beads, int number = 1)
    {
        await UntilAsync(() => File.Exists(Instance(beads, number).Outcome));
        await UntilAsync(() => Entry(beads, number).Job.Worker?.IsAlive != true);
        return Entry(beads, number).Outcome!;
    }

    /// <summary>Waits until the waiting agent of the only job runs; returns its pid.</summary>
    public async Task<int> AgentAsync()
    {
        var file = Runs.At("agent.pid");
        await UntilAsync(() => File.Exists(file) && File.ReadAllText(file).EndsWith('\n'));
        return int.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
    }

    /// <summary>How many live processes of a job's run there are.</summary>
    public int ProcessesOf(string beads) => MarkOf(Instance(beads)) is { } mark ? ProcessReaper.Count(mark) : 0;

    /// <summary>Changes what stands in a job's file, which nobody else may be writing.</summary>
    public void Change(string beads, Action<JsonNode> change)
    {
        var path = Instance(beads).Job;
        var job = JsonNode.Parse(File.ReadAllText(path))!;
        change(job);
        File.WriteAllText(path, job.ToJsonString());
    }

    /// <summary>How many workers, and commands in processes of their own, live.</summary>
    public int Workers() => MarkedProcesses.Find(Mark, Runs.At()).Count;

    /// <inheritdoc />
    public void Dispose()
    {
        // Workers, agents, and the guards of workers that were killed.
        MarkedProcesses.KillThoseOf(Runs.At());
        Runs.Dispose();
    }

    private static RunMark? MarkOf(DispatchInstance instance) =>
        ManifestHeader.Read(instance.Run.Manifest).ProcessMark is { } mark ? new RunMark(instance.RunId, mark) : null;
}
