using System.CommandLine;
using System.Globalization;
using Bench.Cli.Gates;
using Bench.Cli.Governed;

namespace Bench.Cli.Commands;

/// <summary>
/// <c>dotnet bench governed</c>: preflight, gates, <c>dotnet test</c>, summary, gates, report. Exit codes: 0 passed, 1 preflight, 3 run, integrity,
/// allowlist or report, 4 baseline, 5 launch, 6 collect, 7 summarize, 64 usage, 130 cancelled.
/// </summary>
internal static class GovernedCommand
{
    /// <summary>The command.</summary>
    public static Command Create(GovernedTools tools)
    {
        var host = tools.Host;
        var workflows = new Option<string?>("--workflows") { Description = "The workflows to run, separated by commas; those of the settings when not given", HelpName = "IDS" };
        var parallel = new Option<string?>("--parallel") { Description = "Jobs in flight at once", HelpName = "N" };
        var maxRetries = new Option<string?>("--max-retries") { Description = "Attempts beyond the first, per job", HelpName = "N" };
        var timeout = new Option<string?>("--timeout-sec") { Description = "Limit of one attempt, in seconds", HelpName = "N" };
        var runId = new Option<string?>("--run-id") { Description = "The run's id; governed-<UTC time> when not given", HelpName = "ID" };
        var minRate = new Option<double>("--min-rate") { Description = "The least share of passed among attempted jobs, for every lane; above 0, at most 1", HelpName = "RATE", DefaultValueFactory = _ => 1.0 };
        var options = new GovernedOptions();
        var command = new Command("governed", """
            Run the benchmarks under governance: preflight, baseline, dotnet test, summary, integrity, report.
            Ends with 0 passed, 1 preflight, 3 run, integrity, allowlist or report, 4 baseline, 5 launch, 6 collect, 7 summarize, 64 usage, 130 cancelled.

            Examples:
              dotnet bench governed
              dotnet bench governed --workflows opencode_run_headless,opencode_server_http --parallel 6 \
                --required-baseline "$(git rev-parse HEAD)" --reported-commit "$(git rev-parse HEAD)" --branch "$(git rev-parse --abbrev-ref HEAD)"
            """) { workflows, parallel, maxRetries, timeout, runId, minRate };
        options.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var problems = new List<string>();
            GivenOption?[] own =
            [
                Own(result, workflows, "Workflows"),
                Own(result, parallel, "Parallel"),
                Own(result, maxRetries, "MaxRetries"),
                Own(result, runId, "RunId"),
                Seconds(result, timeout, problems),
            ];
            if (result.GetValue(minRate) is var rate && !(rate > 0 && rate <= 1))
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"--min-rate is '{rate}', but must be above 0 and at most 1. Give e.g. 0.9."));
            }

            var request = options.Read(result, host, [.. own.OfType<GivenOption>()], "governed", problems) with { MinSuccessRate = rate };
            return await RunAsync(tools, request, result.GetValue(CommandLine.Json), cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(GovernedTools tools, GovernedRequest request, bool isJson, CancellationToken cancellationToken)
    {
        var host = tools.Host;
        var redactor = GateOutput.RedactorOf(host, request.Launch.Inputs.Settings.Live.Values.Select(upstream => upstream.KeyVariable));
        var screen = isJson ? host.Error : host.Output;
        var outcome = await GovernedEngine.RunAsync(tools, request, screen, cancellationToken);
        GovernedScreen.Write(outcome, request, screen, host.Environment, redactor, isJson);
        if (isJson)
        {
            host.Output.Write(outcome.Report.ToJson(redactor));
        }

        return outcome.ExitCode;
    }

    private static GivenOption? Own(ParseResult result, Option<string?> option, string key) => result.GetValue(option) is { } value ? new(key, value, option.Name) : null;

    private static GivenOption? Seconds(ParseResult result, Option<string?> option, List<string> problems)
    {
        if (Own(result, option, "Timeout") is not { } own)
        {
            return null;
        }

        if (!double.TryParse(own.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _))
        {
            problems.Add($"{option.Name} is '{own.Value}', but must be a number of seconds, e.g. 300. Correct it.");
            return null;
        }

        return own;
    }
}
