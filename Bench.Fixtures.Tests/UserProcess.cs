using System.Collections;
using System.Diagnostics;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Tests.Processes;

namespace Bench.Fixtures.Tests;

/// <summary>
/// A program in a process of its own, as a user starts it: without any setting of whoever runs the tests. It ends with the test, with all that it has started,
/// and its temporary folder is the test's: what is killed leaves files there.
/// </summary>
internal sealed class UserProcess : IDisposable
{
    /// <summary>What Ctrl-C sends.</summary>
    public const int SigInt = 2;

    private const string TemporaryFolder = "TMPDIR";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan DeathLimit = TimeSpan.FromSeconds(10);

    private readonly TestFolder temporary = new();
    private readonly Process process;
    private readonly List<string> output = [];

    /// <summary>Starts it.</summary>
    /// <param name="folder">Its working folder.</param>
    /// <param name="program">What it runs.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="variables">What its environment has besides <see cref="OwnEnvironment"/>.</param>
    public UserProcess(string folder, string program, IEnumerable<string> arguments, params IEnumerable<(string Name, string Value)> variables)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment.Clear();
        (string Name, string Value)[] always =
        [
            // A build server would outlive the test.
            ("MSBUILDDISABLENODEREUSE", "1"), ("DOTNET_CLI_USE_MSBUILD_SERVER", "0"), (TemporaryFolder, temporary.Path),
        ];
        foreach (var (name, value) in OwnEnvironment.Select(variable => (variable.Key, variable.Value)).Concat(always).Concat(variables))
        {
            start.Environment[name] = value;
        }

        process = Process.Start(DefaultSignals.Apply(start))!;
        process.StandardInput.Close();
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The tests' environment without settings.</summary>
    public static Dictionary<string, string> OwnEnvironment => WithoutSettings(
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value ?? "")));

    /// <summary>Its pid.</summary>
    public int Id => process.Id;

    /// <summary>It and all that it has started and that lives, but for agents, whose environment Bench makes.</summary>
    public IEnumerable<int> Tree => MarkedProcesses.Find(TemporaryFolder, temporary.Path).Select(entry => entry.Pid);

    /// <summary>The lines that it has printed so far, those on standard error among them.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return string.Join('\n', output);
            }
        }
    }

    /// <summary>Leaves settings out, the lanes' own variables for their models too, and GitHub's: no step of a CI job gets the verdicts of a test.</summary>
    public static Dictionary<string, string> WithoutSettings(IEnumerable<KeyValuePair<string, string>> variables) => variables
        .Where(variable => !variable.Key.StartsWith("BENCH", StringComparison.Ordinal) && !variable.Key.StartsWith("GITHUB_", StringComparison.Ordinal))
        .Where(variable => !SettingsCatalog.ModelVariables.ContainsKey(variable.Key))
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>Waits until something holds; fails when the process ends before, unless <paramref name="mayEnd"/>.</summary>
    public async Task UntilAsync(Func<bool> holds, string what, bool mayEnd = false)
    {
        while (!holds())
        {
            Assert.False(!mayEnd && process.HasExited && !holds(), $"The process ended before {what}:\n{Output}");
            await Task.Delay(Interval, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Sends it a signal.</summary>
    public void Signal(int signal) => Assert.True(LibC.Kill(Id, signal) == 0, $"Process {Id} was gone.");

    /// <summary>Waits for its end and that of its output; returns its exit code.</summary>
    public async Task<int> EndAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(DeathLimit);
        }

        process.Dispose();

        // Detached jobs, agents, and the guards of runs that were killed: these delete what is in the folder.
        MarkedProcesses.KillThoseOf(temporary.Path);
        temporary.Dispose();
    }

    private void Add(string? line)
    {
        if (line is not null)
        {
            lock (output)
            {
                output.Add(line);
            }
        }
    }
}
