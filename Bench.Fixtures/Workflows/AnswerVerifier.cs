using System.Text.RegularExpressions;
using Bench.Fixtures.Prompts;

namespace Bench.Fixtures.Workflows;

/// <summary>
/// Judges an answer by its prompt's checks. All run, whether or not an earlier one failed. See <see cref="JsonShape"/> for JSON shapes,
/// and <see cref="CommandCheck"/> for commands.
/// </summary>
public sealed class AnswerVerifier
{
    private static readonly TimeSpan RegexLimit = TimeSpan.FromSeconds(1);

    private readonly CommandCheck commands;
    private readonly TimeProvider clock;

    /// <summary>Creates a verifier.</summary>
    /// <param name="clock">Stamps and limits.</param>
    /// <param name="commandLimit">The longest that a command may run. Default: 60 s.</param>
    public AnswerVerifier(TimeProvider clock, TimeSpan? commandLimit = null)
    {
        this.clock = clock;
        commands = new CommandCheck(clock, commandLimit ?? TimeSpan.FromSeconds(60));
    }

    /// <summary>The verdict. Never throws for what an answer or a command does.</summary>
    /// <param name="prompt">Whose checks count.</param>
    /// <param name="answer">The assistant's answer as it was given, not redacted.</param>
    /// <param name="place">Where commands run.</param>
    /// <param name="cancellationToken">Kills a running command.</param>
    public async Task<AnswerVerdict> VerifyAsync(Prompt prompt, string answer, CommandPlace place, CancellationToken cancellationToken)
    {
        var results = new List<CheckResult>();
        foreach (var check in prompt.Checks)
        {
            var problem = await ProblemAsync(check, answer, place, cancellationToken);
            results.Add(new CheckResult(check.Kind.ToString().ToLowerInvariant(), check.Value, problem is null, problem));
        }

        return new AnswerVerdict(results, HintMatchRatio(prompt, results));
    }

    private async Task<string?> ProblemAsync(PromptCheck check, string answer, CommandPlace place, CancellationToken cancellationToken) => check.Kind switch
    {
        CheckKind.Contains => answer.Contains(check.Value, StringComparison.OrdinalIgnoreCase) ? null : "not in the answer",
        CheckKind.Regex => RegexProblem(check.Value, answer, clock),
        CheckKind.Json => JsonShape.Mismatch(check.Value, answer),
        _ => await commands.RunAsync(check.Value, answer, place, cancellationToken),
    };

    private static string? RegexProblem(string pattern, string answer, TimeProvider clock)
    {
        try
        {
            return Regex.IsMatch(answer, pattern, RegexOptions.None, RegexLimit) ? null : RegexMiss.Of(pattern, answer, clock);
        }
        catch (RegexMatchTimeoutException)
        {
            return "took longer than 1 s on the answer; write the expression without nested repetition";
        }
    }

    private static double HintMatchRatio(Prompt prompt, List<CheckResult> results)
    {
        var hints = prompt.Checks.Zip(results).Where(pair => pair.First.Kind == CheckKind.Contains).ToList();
        return hints.Count == 0 ? 1 : (double)hints.Count(pair => pair.Second.Passed) / hints.Count;
    }
}
