using System.CommandLine;
using Bench.Cli.Commands;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;

namespace Bench.Cli.Gates;

/// <summary><c>dotnet bench gate report RUN</c>: judges a run and writes the verdict into its <c>governance_report.json</c>.</summary>
internal static class ReportGateCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliHost host)
    {
        var run = new RunArgument();
        var minRate = new Option<double>("--min-rate") { Description = "The least share of passed among attempted jobs, for every lane; above 0, at most 1", HelpName = "RATE", DefaultValueFactory = _ => 1.0 };
        var planHash = new Option<string?>("--plan-hash") { Description = "The plan that must have been run, as 'dotnet bench plan' prints it", HelpName = "HASH" };
        var allowScripted = new Option<bool>("--allow-scripted") { Description = "Judge a run of the profiles embedded and replay too: it proves that agents and Bench work, nothing of a model" };
        var command = new Command("report", """
            Whether a run may be relied on: whole, every lane at the required rate, no secret, process or changed agent. Exit code 0 or 3.
            A dry run never passes, a run of the profiles embedded and replay only with --allow-scripted.
            Writes the verdict into the run's governance_report.json.

            Examples:
              dotnet bench gate report bench-20260304T050607Z
              dotnet bench gate report artifacts/opencode-cc-glm-bench/bench-20260304T050607Z --min-rate 0.9 --json
            """) { minRate, planHash, allowScripted };
        run.AddTo(command);
        command.SetAction((result, cancellationToken) => Task.FromResult(Run(
            host,
            run.Find(result, host),
            evidence => ReportGate.Judge(evidence, result.GetValue(minRate), result.GetValue(planHash), result.GetValue(allowScripted)),
            result.GetValue(CommandLine.Json),
            cancellationToken)));
        return command;
    }

    private static int Run(CliHost host, RunFolder folder, Func<ReportEvidence, ReportVerdict> judge, bool isJson, CancellationToken cancellationToken)
    {
        try
        {
            var redactor = GateOutput.RedactorOf(host, KeyVariablesOf(folder));
            var evidence = ReportEvidence.Read(folder, redactor, cancellationToken);
            var verdict = judge(evidence);
            var report = (GovernanceReport.Of(evidence, host.TimeProvider) with { ReportGate = verdict }).With(GovernanceReport.Read(folder));
            report.Write(folder, redactor);
            GateOutput.Write(host, verdict, isJson, redactor);
            if (!isJson)
            {
                host.Output.WriteLine($"Written to {folder.GovernanceReport}");
            }

            return verdict.ExitCode;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            host.Error.WriteLine($"The run could not be judged: {exception.Message} Make the folder readable and writable, and ask again.");
            return GateVerdict.RunOrIntegrityFailed;
        }
    }

    // Those that the live profile took its keys from.
    private static IEnumerable<string> KeyVariablesOf(RunFolder folder)
    {
        try
        {
            return File.Exists(folder.Manifest)
                ? [.. Manifest.Parse(File.ReadAllBytes(folder.Manifest)).Settings.Where(setting => setting.Key.EndsWith(":KeyVariable", StringComparison.Ordinal)).Select(setting => setting.Value)]
                : [];
        }
        catch (BenchUsageException)
        {
            // The gate says so.
            return [];
        }
    }
}
