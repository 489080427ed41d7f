using System.Globalization;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Reporting;

namespace Bench.Cli.Governed;

/// <summary>Shows how a governed run ended: on the screen, and on the page of a GitHub job.</summary>
internal static class GovernedScreen
{
    /// <summary>Shows it.</summary>
    /// <param name="outcome">How the run ended.</param>
    /// <param name="request">The run.</param>
    /// <param name="screen">The screen.</param>
    /// <param name="environment">Says whether this is GitHub.</param>
    /// <param name="redactor">What all of it passes through.</param>
    /// <param name="isJson">Standard output is for one JSON document: nothing is annotated.</param>
    public static void Write(GovernedOutcome outcome, GovernedRequest request, TextWriter screen, IReadOnlyDictionary<string, string> environment, Redactor redactor, bool isJson)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        GovernedText.Write(outcome, request, text);
        var shown = redactor.Redact(text.ToString());
        screen.Write(shown);
        var github = new GitHubReport(name => environment.GetValueOrDefault(name), screen);
        if (!outcome.Report.Passed && !isJson)
        {
            github.WriteError($"governed: {outcome.Report.ReasonCode}", redactor.Redact(GovernedText.Verdict(outcome)));
        }

        github.AddToSummary($"### Governed run\n\n```text\n{shown.Trim()}\n```\n");
    }
}
