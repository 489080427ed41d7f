using System.Globalization;
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
        : FormattableString.Invariant($"{rate.Count}/{rate.N} passed, {100 * rate.Value:0.#} %; lower end at 95 %: {100 * rate.Low:0.#} % on these prompts, {100 * rate.LowLikeThese:0.#} % on prompts like these");

    private static string Worth(ReportChances chances, int n, double minRate) => FormattableString.Invariant(
        $"at least {100 * minRate:0.#} % takes {chances.LeastPassed} of {n}: a lane whose true rate is {100 * minRate:0.#} % passes with a chance of {100 * chances.AtRate:0.#} %, one at {100 * chances.WorseRate:0.#} % with {100 * chances.AtWorseRate:0.#} %");
}
