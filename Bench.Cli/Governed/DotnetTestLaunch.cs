using System.ComponentModel;
using System.Diagnostics;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Processes;

namespace Bench.Cli.Governed;

/// <summary>The launch that is one: <c>dotnet test</c> on the project, its output shown as it comes.</summary>
internal sealed class DotnetTestLaunch
{
    // A process that was told to end closes its run first; its logger prints for as long.
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(60);

    // What outlives dotnet test and holds its pipes is not waited for.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    private readonly LaunchRequest request;
    private readonly LiveOutput stdout;
    private readonly LiveOutput stderr;

    private DotnetTestLaunch(LaunchRequest request)
    {
        this.request = request;
        var live = TextWriter.Synchronized(request.Live);
        (stdout, stderr) = (new(live), new(live));
    }

    /// <summary>Runs it; a <see cref="BenchLaunch"/>.</summary>
    public static Task<GovernanceLaunch> RunAsync(LaunchRequest request, CancellationToken cancellationToken) => new DotnetTestLaunch(request).RunAsync(cancellationToken);

    private async Task<GovernanceLaunch> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(DefaultSignals.Apply(StartOf(request)))!;
            process.StandardInput.Close();
            var exitCode = await EndOfAsync(process, cancellationToken);
            return new(exitCode, stdout.Last, stderr.Last);
        }
        catch (Win32Exception e)
        {
            return new(null, stdout.Last, $"'dotnet' could not be started: {e.Message}. Is it on PATH?");
        }
    }

    private async Task<int?> EndOfAsync(Process process, CancellationToken cancellationToken)
    {
        var reading = Task.WhenAll(CopyAsync(process.StandardOutput, stdout), CopyAsync(process.StandardError, stderr));
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            await ReadToEndAsync(reading, DrainLimit);
        }
        catch (OperationCanceledException)
        {
            ProcessTermination.Request(process);
            try
            {
                await process.WaitForExitAsync(CancellationToken.None).WaitAsync(EndLimit, CancellationToken.None);
            }
            catch (TimeoutException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }

            await ReadToEndAsync(reading, EndLimit);
        }

        return process.ExitCode;
    }

    private static async Task ReadToEndAsync(Task reading, TimeSpan limit)
    {
        try
        {
            await reading.WaitAsync(limit, CancellationToken.None);
        }
        catch (Exception e) when (e is TimeoutException or IOException or ObjectDisposedException)
        {
            // The rest is not shown; the run's folder has what counts.
        }
    }

    private async Task CopyAsync(StreamReader from, LiveOutput to)
    {
        await using var redacting = request.Redactor.CreateStream(to, leaveOpen: true);
        await from.BaseStream.CopyToAsync(redacting, CancellationToken.None);
    }

    private static ProcessStartInfo StartOf(LaunchRequest request)
    {
        var start = new ProcessStartInfo("dotnet", request.Arguments)
        {
            // Where global.json is looked for, and what the manifest calls the repository.
            WorkingDirectory = request.Governed.Launch.Project,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in request.Environment)
        {
            start.Environment[name] = value;
        }

        // Build servers would outlive the run, and hold its output open.
        foreach (var (name, value) in new[] { ("MSBUILDDISABLENODEREUSE", "1"), ("DOTNET_CLI_USE_MSBUILD_SERVER", "0"), ("UseSharedCompilation", "false") })
        {
            start.Environment.TryAdd(name, value);
        }

        return start;
    }
}
