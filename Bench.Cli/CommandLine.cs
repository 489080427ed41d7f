using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Bench.Fixtures.Failures;

namespace Bench.Cli;

/// <summary>The root of <c>dotnet bench</c>: global options, usage errors and cancellation.</summary>
internal static class CommandLine
{
    /// <summary>Prints exactly one JSON document on standard output; also by name, <c>GetValue&lt;bool&gt;("--json")</c>, in any command.</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "Print exactly one JSON document on standard output", Recursive = true };

    // After Ctrl+C a run stops its agents, records what was cut off and writes its documents; the system's 2 s would leave that half done.
    // A governed run waits for the dotnet test that it told to stop, and then for its own documents.
    private static readonly TimeSpan EndLimit = TimeSpan.FromMinutes(3);

    /// <summary>Runs a command line to its exit code; see <see cref="ExitCodes"/>.</summary>
    public static async Task<int> RunAsync(string[] args, CliHost host, params Command[] commands)
    {
        int exitCode;
        try
        {
            exitCode = await InvokeAsync(args, host, commands);
        }
        finally
        {
            host.Release();
        }

        var lost = new[] { (Name: "Standard output", Writer: host.Output), (Name: "Standard error", Writer: host.Error) }
            .Select(stream => (stream.Name, (stream.Writer as GuardedWriter)?.Problem))
            .FirstOrDefault(stream => stream.Problem is not null);
        if (lost.Problem is null)
        {
            return exitCode;
        }

        host.Error.WriteLine($"{lost.Name} cannot be written: {lost.Problem}. What was printed is lost, what was done stands. Make room where it goes, or send it elsewhere.");
        return ExitCodes.OutputFailed;
    }

    private static async Task<int> InvokeAsync(string[] args, CliHost host, Command[] commands)
    {
        var result = Root(commands).Parse(args);
        var invocation = new InvocationConfiguration { Output = host.Output, Error = host.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        if (result.Errors.Count > 0)
        {
            return ReportErrors(result, invocation, args);
        }

        using var signals = new StoppedBySignals(EndLimit, host.TimeProvider);
        try
        {
            return await signals.RunAsync(token => result.InvokeAsync(invocation, token));
        }
        catch (BenchUsageException e)
        {
            return ReportUsage(host.Output, host.Error, e.Problems, result.GetValue(Json));
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Cancelled;
        }
    }

    private static RootCommand Root(Command[] commands)
    {
        var root = new RootCommand("Benchmarks of coding-agent command lines: everything that is not running tests.") { Json };
        foreach (var command in commands)
        {
            root.Add(command);
        }

        root.SetAction(result => new HelpAction().Invoke(result));
        return root;
    }

    private static int ReportErrors(ParseResult result, InvocationConfiguration invocation, string[] args)
    {
        string[] problems = [.. result.Errors.Select(TypedOptions.Say)];
        var isJson = args.Contains(Json.Name);
        if (isJson || problems.Except(result.Errors.Select(error => error.Message)).Any())
        {
            return ReportUsage(invocation.Output, invocation.Error, problems, isJson);
        }

        if (result.Action is ParseErrorAction action)
        {
            action.ShowHelp = false;
        }

        result.Invoke(invocation);
        return ExitCodes.Usage;
    }

    private static int ReportUsage(TextWriter output, TextWriter error, IReadOnlyList<string> problems, bool isJson)
    {
        foreach (var problem in problems)
        {
            error.WriteLine(problem);
        }

        if (isJson)
        {
            CliJson.Write(output, new UsageDocument("usage", problems));
        }

        return ExitCodes.Usage;
    }

    private sealed record UsageDocument(string Error, IReadOnlyList<string> Problems);
}
