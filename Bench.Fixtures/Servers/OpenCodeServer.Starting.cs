using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.OpenCode;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Servers;

/// <summary>Starting, and the proof of readiness.</summary>
public sealed partial class OpenCodeServer
{
    /// <summary>The job id in the marks of the server's process.</summary>
    internal const string MarkedJobId = "opencode_server";

    private const int PortTries = 3;

    /// <summary>A request in the first moments of a server can stay without an answer for ever.</summary>
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(10);

    /// <summary>Starts a server and waits until it is ready.</summary>
    /// <param name="options">How.</param>
    /// <param name="start">Number of this start in the run, from 0; marks the process.</param>
    /// <param name="cancellationToken">Stops the server again.</param>
    /// <exception cref="ProcessStartException">The program could not be started.</exception>
    /// <exception cref="EnvFailureException">It did not get ready (<c>server_unavailable</c>), or has another version (<c>cli_version_mismatch</c>).</exception>
    public static async Task<OpenCodeServer> StartAsync(OpenCodeServerOptions options, int start, CancellationToken cancellationToken)
    {
        OpenCodeConfiguration.Write(options.Directories, options.OpenCode, options.Model, $"{options.BaseUrl}/v1", options.Timeout);
        for (var attempt = 1; ; attempt++)
        {
            var output = new OpenCodeServerOutput();
            var server = Spawn(options, output, start, options.ChoosePort());
            try
            {
                await server.GetReadyAsync(options, output, cancellationToken);
                return server;
            }
            catch (Exception exception)
            {
                await server.DisposeAsync();
                if (exception is OperationCanceledException && cancellationToken.IsCancellationRequested)
                {
                    throw;
                }

                // Somebody took the port between its choice and its use.
                if (output.IsPortTaken && attempt < PortTries)
                {
                    continue;
                }

                throw exception as EnvFailureException ?? Unavailable(options, output, exception);
            }
        }
    }

    private static OpenCodeServer Spawn(OpenCodeServerOptions options, OpenCodeServerOutput output, int start, int port)
    {
        var log = OpenLog(options);
        var portText = port.ToString(CultureInfo.InvariantCulture);
        var address = new Uri($"http://127.0.0.1:{portText}/");
        try
        {
            var process = AgentProcess.Start(
                new ProcessSpec
                {
                    FileName = options.Binary.Path,
                    Arguments = [.. options.Binary.LeadingArguments, "serve", "--hostname", "127.0.0.1", "--port", portText, "--print-logs"],
                    WorkingDirectory = options.Directories.Work,
                    Environment = OpenCodeEnvironment.OfServer(options.Directories, options.Token, ProcessMarks.Of(options.Run, MarkedJobId, start), options.Password),
                    StdoutLog = log,
                    StderrLog = log,
                    Meter = options.Meter,
                },
                output,
                options.Clock);
            return new OpenCodeServer(process, log, address, new OpenCodeClient(address, options.Password));
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    private static Stream OpenLog(OpenCodeServerOptions options)
    {
        // Unbuffered: what the server said last must be on disk when it, or Bench, is killed.
#pragma warning disable CA2000 // the redacting stream owns the file, and the server the stream
        return Stream.Synchronized(options.Redactor.CreateLogStream(BoundedLog.Open(options.LogPath, options.MaxLogBytes)));
#pragma warning restore CA2000
    }

    private async Task GetReadyAsync(OpenCodeServerOptions options, OpenCodeServerOutput output, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.StartLimit);
        await RunAsync(output.Listening, limit.Token);
        await RunAsync(ProveHealthAsync(options, limit.Token), limit.Token);
        StartupLatency = options.Clock.GetElapsedTime(process.StartTimestamp);

        Models = await Client.GetModelsAsync(options.Directories.Work, limit.Token);
        await Client.DisposeInstanceAsync(options.Directories.Work, limit.Token);
        events = OpenCodeEventStream.Start(Address, options.Password, options.Clock);
        await RunAsync(events.Connected, limit.Token);
    }

    /// <summary>Waits for a step, but not longer than the process lives.</summary>
    private async Task RunAsync(Task step, CancellationToken cancellationToken)
    {
        await Task.WhenAny(step, Exited).WaitAsync(cancellationToken);
        if (!step.IsCompleted)
        {
            var exit = await Exited;
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"it ended with {(exit.ExitCode is { } code ? $"exit code {code}" : $"signal {exit.Signal}")} before it was ready."));
        }

        await step;
    }

    private async Task ProveHealthAsync(OpenCodeServerOptions options, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var probe = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            probe.CancelAfter(ProbeLimit);
            try
            {
                var version = await Client.GetHealthyVersionAsync(probe.Token);
                RefuseOtherVersion(options, version);
                var session = await Client.CreateSessionAsync(options.Directories.Work, "readiness", probe.Token);
                await Client.DeleteSessionAsync(session, probe.Token);
                return;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // No answer in time: asked again while the start limit lasts.
            }
        }
    }

    private static void RefuseOtherVersion(OpenCodeServerOptions options, string version)
    {
        if (version == options.Binary.Version)
        {
            return;
        }

        throw new EnvFailureException(
            FailureOf(
                FailureReasons.CliVersionMismatch,
                "opencode_server.version",
                $"The server says version '{version}', but '{options.Binary.Path}' is '{options.Binary.Version}'."),
            $"OpenCode's server has version '{version}', not '{options.Binary.Version}': the program was replaced during the run. Restore the agents and run again.");
    }

    private static EnvFailureException Unavailable(OpenCodeServerOptions options, OpenCodeServerOutput output, Exception cause)
    {
        var why = cause is OperationCanceledException
            ? string.Create(CultureInfo.InvariantCulture, $"it was not ready within {options.StartLimit.TotalSeconds} s.")
            : cause.Message;
        var said = options.Redactor.Redact(output.Tail);
        return new EnvFailureException(
            FailureOf(FailureReasons.ServerUnavailable, "opencode_server.start", options.Redactor.Redact($"{why} {said}").TrimEnd()),
            $"OpenCode's server did not start: {options.Redactor.Redact(why)} It said: '{said}'. See '{options.LogPath}'.",
            cause);
    }

    private static Failure FailureOf(string reason, string ruleId, string evidence) => new()
    {
        Category = FailureCategory.Env,
        Reason = reason,
        EndedBy = EndedBy.Env,
        RuleId = ruleId,
        Evidence = evidence,
    };

    /// <summary>A port that was free a moment ago. With <c>--port 0</c> the server would try 4096 first, where another one may live.</summary>
    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
