using System.Collections;
using System.Globalization;
using System.Text;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Workflows.DxRunner;

/// <summary>What a dx-runner answered to one command.</summary>
/// <param name="ExitCode">Null when a signal ended it.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
public sealed record DxRunnerReply(int? ExitCode, string Output, string Error)
{
    private const string ReasonMark = "reason_code=";

    /// <summary>The value of a line <c>reason_code=…</c> on either output; null when there is none.</summary>
    public string? ReasonCode => (Output + "\n" + Error).Split('\n').Select(line => line.Trim())
        .FirstOrDefault(line => line.StartsWith(ReasonMark, StringComparison.Ordinal))?[ReasonMark.Length..].Trim();

    /// <summary>The last line with text, for people.</summary>
    public string LastLine => (Output + "\n" + Error).Split('\n').Select(line => line.Trim()).LastOrDefault(line => line.Length > 0) ?? "";
}

/// <summary>
/// The command line of a dx-runner. It gets the environment as it is, for it resolves keys by itself, but none of the run's marks: its jobs outlive the command that
/// starts them, and are its own to end.
/// </summary>
/// <param name="path">The program, absolute.</param>
/// <param name="environment">The whole environment of its commands; the marks of a run that the caller is part of are left out.</param>
/// <param name="clock">Bounds how long a command may take.</param>
public sealed class DxRunnerCli(string path, IReadOnlyDictionary<string, string> environment, TimeProvider clock)
{
    // A preflight asks the provider.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    private readonly IReadOnlyDictionary<string, string> environment = DetachedProcess.WithoutMarks(environment);

    /// <summary>A dx-runner with the environment of this process.</summary>
    public static DxRunnerCli OfProcess(string path, TimeProvider clock) => new(
        path,
        System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal),
        clock);

    /// <summary>Runs one command.</summary>
    /// <exception cref="ProcessStartException">The program cannot be started.</exception>
    /// <exception cref="TimeoutException">It did not end.</exception>
    public async Task<DxRunnerReply> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        await using var process = AgentProcess.Start(SpecOf(arguments, output, error), observer: null, clock);
        try
        {
            var exit = await process.Completion.WaitAsync(Limit, clock, cancellationToken);
            return new DxRunnerReply(exit.ExitCode, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
        }
        catch (TimeoutException)
        {
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"'{Path.GetFileName(path)} {string.Join(' ', arguments)}' did not end within {Limit.TotalSeconds:0} s."));
        }
    }

    // What a command leaves in its own process group would be ended with it: setsid gives it another one. Its jobs are what it leaves.
    private ProcessSpec SpecOf(string[] arguments, Stream output, Stream error)
    {
        var setsid = (environment.GetValueOrDefault("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified).Select(folder => Path.Combine(folder, "setsid")).FirstOrDefault(File.Exists);
        return new ProcessSpec
        {
            FileName = setsid ?? path,
            Arguments = setsid is null ? arguments : ["--wait", path, .. arguments],
            WorkingDirectory = Directory.GetCurrentDirectory(),
            Environment = environment,
            StdoutLog = output,
            StderrLog = error,
        };
    }
}
