using Bench.Cli.Gates;
using Bench.Fixtures.Gates;

namespace Bench.Cli.Governed;

/// <content>The gates.</content>
internal sealed partial class GovernedEngine
{
    private async Task<bool> IsOnBaselineAsync(CancellationToken cancellationToken)
    {
        if (request.RequiredBaseline is not { } required)
        {
            return true;
        }

        var verdict = await BaselineGate.CheckAsync(git, required, "HEAD", cancellationToken);
        report = report with { BaselineGate = verdict };
        return IsPassed(verdict);
    }

    private async Task<bool> IsUnchangedAsync(CancellationToken cancellationToken)
    {
        if (request.Allow is not { } patterns)
        {
            return true;
        }

        // Against the commit that is checked out, so that the gate after the jobs can be asked from the same one.
        var verdict = await AllowlistGate.CheckAsync(git, patterns, "HEAD", cancellationToken);
        report = report with { AllowlistGateBefore = verdict };
        return IsPassed(verdict);
    }

    private async Task AskGitAsync(CancellationToken cancellationToken)
    {
        if (request.Allow is { } patterns)
        {
            report = report with { AllowlistGateAfter = await AllowlistGate.CheckAsync(git, patterns, report.AllowlistGateBefore!.BeforeCommit, cancellationToken) };
        }

        if (request is { ReportedCommit: { } reported, Branch: { } branch })
        {
            report = report with { IntegrityGate = await IntegrityGate.CheckAsync(git, reported, branch, cancellationToken) };
        }
    }

    private void Judge(CancellationToken cancellationToken)
    {
        var evidence = ReportEvidence.Read(folder, redactor, cancellationToken);
        report = GovernanceReport.Of(evidence, Host.TimeProvider).With(report);

        // The plan that was made from the same settings: what ran must be that one. Its profile was asked for, so the verdict says what it proves.
        report = report with { ReportGate = ReportGate.Judge(evidence, request.MinSuccessRate, request.Launch.Inputs.Plan.PlanHash, allowScripted: true) };
        exitCode = report.Passed ? ExitCodes.Ok : GateVerdict.RunOrIntegrityFailed;
    }

    private bool IsPassed(GateVerdict verdict)
    {
        GateOutput.Write(Host with { Output = screen }, verdict, isJson: false, redactor);
        exitCode = verdict.ExitCode;
        return verdict.Passed;
    }
}
