using System.CommandLine;
using Bench.Cli.Preflight;
using Bench.Cli.Soak;

namespace Bench.Cli.Commands;

/// <summary><c>dotnet bench soak</c>: the sign-off gate. Exit code 0 passed, 1 failed, 21 preflight failed, 64 usage, 130 cancelled.</summary>
internal static class SoakCommand
{
    /// <summary>The command.</summary>
    /// <param name="host">The world around it.</param>
    /// <param name="probes">The real tries of preflight, by workflow id.</param>
    public static Command Create(CliHost host, IReadOnlyDictionary<string, LaneProbe> probes)
    {
        var own = new SoakOptions();
        var options = new SettingsOptions();
        var command = new Command("soak", """
            Sign lanes off: two small jobs for each of opencode, cc-glm and gemini, in rounds, until enough rounds in a row are clean. Every lane is tried before the first job.
            Ends with 0 when it passed, 1 when it failed, 21 when a lane is not ready, 64 for wrong arguments, 130 when cancelled.

            Examples:
              dotnet bench soak
              dotnet bench soak --rounds 3 --max-rounds 5 --worktree ../repo --output-dir artifacts/sign-off
              dotnet bench soak --dry-run --json
            """);
        own.AddTo(command);
        options.AddTo(command);
        command.SetAction(async (result, cancellationToken) =>
        {
            var settings = options.Read(result, host, own.Given(result, host), SoakOptions.Defaults);
            return await new SoakProgram(host, probes, result.GetValue(CommandLine.Json)).RunAsync(settings, cancellationToken);
        });
        return command;
    }
}
