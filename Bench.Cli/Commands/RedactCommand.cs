using System.CommandLine;
using Bench.Cli.Gates;

namespace Bench.Cli.Commands;

/// <summary><c>dotnet bench redact</c>: copies standard input to standard output without secrets, as it comes.</summary>
internal static class RedactCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliHost host)
    {
        var count = new Option<bool>("--count") { Description = "Print the number of findings of each rule on standard error" };
        var command = new Command("redact", """
            Copy standard input to standard output without secrets, by the rules of docs/redaction.md, as it comes. The secrets of the environment are known by value.
            Exit code 0 whatever was found.

            Examples:
              dotnet bench redact < agent.log > clean.log
              dotnet bench redact --count < agent.log > /dev/null
            """) { count };
        command.Validators.Add(result =>
        {
            if (result.GetValue(CommandLine.Json))
            {
                result.AddError("'redact' has no --json: what it prints is the text that it is given. Leave it out; --count says on standard error what was found.");
            }
        });
        command.SetAction(async (result, cancellationToken) =>
        {
            await using var input = host.OpenInput();
            await using var output = host.OpenOutput();
            try
            {
                var findings = await GateOutput.RedactorOf(host).CopyAsync(input, output, cancellationToken);
                WriteCounts(host, findings, result.GetValue(count));
                return ExitCodes.Ok;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                host.Error.WriteLine($"The text was copied in part: {(e.InnerException ?? e).Message}. What was written holds no secret. Make room where it goes, or read from another place.");
                return ExitCodes.OutputFailed;
            }
        });
        return command;
    }

    private static void WriteCounts(CliHost host, IReadOnlyDictionary<string, long> findings, bool isAsked)
    {
        if (!isAsked)
        {
            return;
        }

        foreach (var (rule, number) in findings)
        {
            host.Error.WriteLine(FormattableString.Invariant($"{number,8} {rule}"));
        }

        host.Error.WriteLine(FormattableString.Invariant($"{findings.Values.Sum(),8} in all"));
    }
}
