using System.CommandLine;
using System.CommandLine.Help;
using Bench.Cli.Gates;
using Bench.Fixtures.Gates;

namespace Bench.Cli.Commands;

/// <summary>
/// <c>dotnet bench gate baseline|integrity|allowlist|report</c>: one gate, its verdict and its exit code: 0 when it passed, else
/// <see cref="GateVerdict.BaselineFailed"/> or <see cref="GateVerdict.RunOrIntegrityFailed"/>.
/// </summary>
internal static class GateCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliHost host)
    {
        var command = new Command("gate", "Ask one governance gate. Ends with 0 when it passed; else with 4 (baseline) or 3 (integrity, allowlist, report).")
        {
            Baseline(host),
            Integrity(host),
            Allowlist(host),
            ReportGateCommand.Create(host),
        };
        command.SetAction(result => new HelpAction().Invoke(result));
        return command;
    }

    private static Command Baseline(CliHost host)
    {
        var required = new Option<string>("--required") { Description = "The commit that must be an ancestor of what runs, or the same; any revision", HelpName = "REV", Required = true };
        var runtime = new Option<string>("--runtime") { Description = "What runs; any revision", HelpName = "REV", DefaultValueFactory = _ => "HEAD" };
        return Of(host, new("baseline", """
            Whether what runs contains a required commit. Exit code 0 or 4.

            Examples:
              dotnet bench gate baseline --required v1.2.0
              dotnet bench gate baseline --required 1f3c9e2 --runtime origin/main --repo ../worktree --json
            """) { required, runtime }, async (git, result, cancellationToken) =>
            await BaselineGate.CheckAsync(git, result.GetRequiredValue(required), result.GetRequiredValue(runtime), cancellationToken));
    }

    private static Command Integrity(CliHost host)
    {
        var reported = new Option<string>("--reported") { Description = "The commit that a report names; any revision", HelpName = "REV", Required = true };
        var branch = new Option<string>("--branch") { Description = "The branch that must hold it: a local one, else one of origin; HEAD for what is checked out", HelpName = "NAME", Required = true };
        return Of(host, new("integrity", """
            Whether a reported commit is on the branch that the report names. Exit code 0 or 3.

            Examples:
              dotnet bench gate integrity --reported HEAD --branch main
              dotnet bench gate integrity --reported 1f3c9e2 --branch origin/release --json
            """) { reported, branch }, async (git, result, cancellationToken) =>
            await IntegrityGate.CheckAsync(git, result.GetRequiredValue(reported), result.GetRequiredValue(branch), cancellationToken));
    }

    private static Command Allowlist(CliHost host)
    {
        var allow = new Option<string[]>("--allow") { Description = "What may be changed: a path, a folder ('docs/'), the beginning of paths ('docs/*'), '**/' for any folders. Without it nothing may", HelpName = "PATTERN", AllowMultipleArgumentsPerToken = true };
        var before = new Option<string?>("--before") { Description = "The commit from before the jobs; changes committed since then count too. Without it the work tree is compared with its last commit", HelpName = "REV" };
        return Of(host, new("allowlist", """
            Whether only allowed files of the work tree were changed; untracked ones count, ignored ones do not. Exit code 0 or 3.
            Ask it before the jobs, and after them with the commit from before.

            Examples:
              dotnet bench gate allowlist --allow 'docs/*' --allow CHANGELOG.md
              dotnet bench gate allowlist --allow '**/*.md' --before 1f3c9e2 --json
            """) { allow, before }, async (git, result, cancellationToken) =>
            await AllowlistGate.CheckAsync(git, result.GetValue(allow) ?? [], result.GetValue(before), cancellationToken));
    }

    private static Command Of(CliHost host, Command command, Func<GitCli, ParseResult, CancellationToken, Task<GateVerdict>> check)
    {
        var repo = new Option<string>("--repo") { Description = "A folder of the work tree; the current one when not given", HelpName = "FOLDER", DefaultValueFactory = _ => "." };
        command.Add(repo);
        command.SetAction(async (result, cancellationToken) =>
        {
            var folder = Path.GetFullPath(result.GetRequiredValue(repo), host.CurrentFolder);
            var verdict = await check(host.GitIn(folder), result, cancellationToken);
            GateOutput.Write(host, verdict, result.GetValue(CommandLine.Json), GateOutput.RedactorOf(host));
            return verdict.ExitCode;
        });
        return command;
    }
}
