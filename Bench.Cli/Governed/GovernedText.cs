using Bench.Fixtures.Gates;
using Bench.Fixtures.Settings;

namespace Bench.Cli.Governed;

/// <summary>The last screen of a governed run: passed, or whose fault it is, why, and what to do.</summary>
internal static class GovernedText
{
    /// <summary>Prints it.</summary>
    /// <param name="outcome">How the run ended.</param>
    /// <param name="request">The run.</param>
    /// <param name="output">The screen; what it is given has passed the redactor.</param>
    public static void Write(GovernedOutcome outcome, GovernedRequest request, TextWriter output)
    {
        var report = outcome.Report;
        output.WriteLine();
        output.WriteLine(report.Passed
            ? $"Governed run {report.RunId}: passed ({report.ReasonCode}), profile {ProfileOf(request)}"
            : FormattableString.Invariant($"Governed run {report.RunId}: FAILED ({report.ReasonCode}), exit code {outcome.ExitCode}, profile {ProfileOf(request)}"));
        Line(output, "preflight", Preflight(report, request));
        Line(output, "baseline", Gate(report.BaselineGate, request.RequiredBaseline is not null, "--required-baseline"));
        Line(output, "allowlist", Gate(report.AllowlistGateAfter ?? report.AllowlistGateBefore, request.Allow is not null, "--allow"));
        Line(output, "run", Run(outcome));
        Line(output, "integrity", Gate(report.IntegrityGate, request.ReportedCommit is not null, "--reported-commit and --branch"));
        Line(output, "report", Gate(report.ReportGate, wasAsked: true, ""));
        if (!report.Passed)
        {
            output.WriteLine(Verdict(outcome));
        }

        if (outcome.ReportPath is { } path)
        {
            output.WriteLine($"Report: {path}");
        }
    }

    /// <summary>Of a run that did not pass: whose fault, why, and what to do; a line each.</summary>
    public static string Verdict(GovernedOutcome outcome) => $"Whose fault: {outcome.Fault}\nWhy: {Why(outcome)}\nWhat to do: {outcome.NextAction}";

    private static string ProfileOf(GovernedRequest request) => ProfileWords.Label(SettingNames.Of(request.Launch.Inputs.Settings.Profile));

    private static void Line(TextWriter output, string step, string text) => output.WriteLine($"  {step,-10} {text}");

    private static string Preflight(GovernanceReport report, GovernedRequest request) => report.Preflight is { } preflight
        ? FormattableString.Invariant($"{(preflight.Passed ? "ok  " : "FAIL")} {preflight.Lanes.Count(lane => lane.Passed)} of {preflight.Lanes.Count} lanes ready")
        : request.SkipPreflight ? "not asked (--skip-preflight)" : "not reached";

    private static string Gate(GateVerdict? verdict, bool wasAsked, string option) => verdict is not null
        ? $"{(verdict.Passed ? "ok  " : "FAIL")} {(verdict.Passed ? verdict.Details : verdict.ReasonCode)}"
        : wasAsked ? "not reached" : $"not asked ({option})";

    private static string Run(GovernedOutcome outcome) => outcome switch
    {
        { Report.Launch: null } => "not reached",
        { Report.Failure: { } failure } => $"FAIL {failure.ReasonCode}",
        { Summary.Outcomes: { } outcomes } => FormattableString.Invariant($"{(outcomes.Passed == outcomes.Attempted ? "ok  " : "    ")} {outcomes.Passed} of {outcomes.Attempted} jobs passed; dotnet test ended with {outcome.Report.Launch.ExitCode}"),
        _ => "not read",
    };

    private static string Why(GovernedOutcome outcome) =>
        outcome.Report.Failure?.Details
        ?? (outcome.Report.Preflight is { Passed: false } preflight ? $"not ready: {string.Join(", ", preflight.Lanes.Where(lane => !lane.Passed).Select(lane => $"{lane.WorkflowId} ({lane.ReasonCode})"))}" : null)
        ?? string.Join(' ', outcome.Failed.Select(verdict => verdict.Details));
}
