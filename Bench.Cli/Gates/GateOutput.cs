using System.Globalization;
using Bench.Fixtures;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Summaries;

namespace Bench.Cli.Gates;

/// <summary>Prints a gate's verdict; what git and file names say passes through the redactor.</summary>
internal static class GateOutput
{
    /// <summary>A redactor that knows the secrets of the environment.</summary>
    /// <param name="host">The environment.</param>
    /// <param name="keyVariables">Variables that hold a secret although their names may not say so.</param>
    public static Redactor RedactorOf(CliHost host, params IEnumerable<string> keyVariables) =>
        new(EnvironmentSecrets.FindWith(host.Environment, keyVariables).Select(secret => new KnownSecret(secret.Name, secret.Value)));

    /// <summary>Prints the verdict on standard output.</summary>
    public static void Write(CliHost host, GateVerdict verdict, bool isJson, Redactor redactor)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        if (isJson)
        {
            WriteJson(text, verdict);
        }
        else
        {
            WriteText(text, verdict);
        }

        host.Output.Write(redactor.Redact(text.ToString()));
    }

    // Each by its own type: the serializer would leave out what only that type has.
    private static void WriteJson(TextWriter output, GateVerdict verdict) => CliJson.Write<object>(output, verdict);

    private static void WriteText(TextWriter output, GateVerdict verdict)
    {
        output.WriteLine($"{verdict.Gate} gate: {(verdict.Passed ? "passed" : "failed")} ({verdict.ReasonCode})");
        if (verdict is ReportVerdict report)
        {
            WriteReport(output, report);
        }
        else
        {
            output.WriteLine(verdict.Details);
        }

        if (verdict.NextAction is { } nextAction)
        {
            output.WriteLine($"What to do: {nextAction}");
        }
    }

    private static void WriteReport(TextWriter output, ReportVerdict report)
    {
        foreach (var lane in report.Lanes)
        {
            output.WriteLine($"  {(lane.Passed ? "ok  " : "FAIL")} {lane.WorkflowId}: {Rate(lane.SuccessRate)}");
            if (lane.Chances is { } chances)
            {
                output.WriteLine($"         {Worth(chances, lane.SuccessRate.N, report.MinSuccessRate)}");
            }
        }

        foreach (var check in report.Checks)
        {
            output.WriteLine($"  {(check.Passed ? "ok  " : "FAIL")} {check.Check}{(check.Passed ? "" : $" ({check.ReasonCode})")}");
            foreach (var offender in check.Offenders)
            {
                output.WriteLine($"         {offender}");
            }
        }

        if (report.Proves is { } proves)
        {
            output.WriteLine($"  note profile {ProfileWords.Label(report.Profile)}. {proves}");
        }
    }

    private static string Rate(RateEstimate rate) => rate.Value is null
        ? "no record"
        : FormattableString.Invariant($"{rate.Count}/{rate.N} passed, {Percentage.Of(rate.Value.Value, 1)} %; {LowerEnd(rate)}");

    // A lane of which jobs were left out has no interval: it would be one on who was to blame.
    private static string LowerEnd(RateEstimate rate) => rate is { Low: { } low, LowLikeThese: { } like }
        ? $"lower end at 95 %: {Percentage.Of(low, 1)} % on these prompts, {Percentage.Of(like, 1)} % on prompts like these"
        : "no interval, since the environment or Bench failed some of them, which says nothing about the lane";

    private static string Worth(ReportChances chances, int n, double minRate) => FormattableString.Invariant(
        $"at least {Percentage.Of(minRate, 1)} % takes {chances.LeastPassed} of {n}: a lane whose true rate is {Percentage.Of(minRate, 1)} % passes with a chance of {Percentage.Of(chances.AtRate, 1)} %, one at {Percentage.Of(chances.WorseRate, 1)} % with {Percentage.Of(chances.AtWorseRate, 1)} %");
}
