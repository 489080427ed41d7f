using System.CommandLine;
using Bench.Cli;

namespace Bench.Fixtures.Tests.Cli;

public sealed class UnwritableOutputTests
{
    public static TheoryData<string> Commands()
    {
        using var nowhere = new StringWriter();
        return [.. BenchCommands.All(HostOf(nowhere, nowhere)).SelectMany(command => PathsOf(command, "")).Prepend("")];
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_command_ends_with_74_and_one_line_when_its_output_cannot_be_written(string command)
    {
        await using var full = new GuardedWriter(new FullDisk());
        using var error = new StringWriter();
        var host = HostOf(full, error);

        var exitCode = await CommandLine.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"], host, BenchCommands.All(host));

        Assert.Equal(ExitCodes.OutputFailed, exitCode);
        Assert.Equal(
            "Standard output cannot be written: No space left on device. What was printed is lost, what was done stands. Make room where it goes, or send it elsewhere.",
            error.ToString().TrimEnd());
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("plan > /dev/full", 74, 1)]
    [InlineData("plan --json > /dev/full", 74, 1)]
    [InlineData("gate allowlist --allow '*' > /dev/full", 74, 1)]
    [InlineData("plan >&-", 74, 1)]
    [InlineData("no-such-command > /dev/null 2> /dev/full", 74, 0)]
    [InlineData("show no-such-run > /dev/full", 64, 1)]
    [InlineData("plan | true", 0, 0)]
    [InlineData("redact < README.md > /dev/full", 74, 1)]
    [InlineData("redact < README.md >&-", 74, 1)]
    [InlineData("redact < README.md | true", 0, 0)]
    public async Task The_program_is_not_aborted_by_where_its_output_goes(string line, int exitCode, int lines)
    {
        using var shell = new UserProcess(TestFolder.RepositoryRoot, "bash", ["-c", $"set -o pipefail; dotnet '{TestFolder.Tool}' {line}"]);

        Assert.Equal((exitCode, lines), (await shell.EndAsync(), shell.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
    }

    // A hidden one prints no help.
    private static IEnumerable<string> PathsOf(Command command, string before) =>
        command.Subcommands.Where(sub => !sub.Hidden).SelectMany(sub => PathsOf(sub, $"{before}{command.Name} ")).Append(before + command.Name);

    private static CliHost HostOf(TextWriter output, TextWriter error) =>
        new() { Environment = new Dictionary<string, string>(), CurrentFolder = TestFolder.RepositoryRoot, Output = output, Error = error };

    private sealed class FullDisk : StringWriter
    {
        public override void Write(char value) => throw new IOException("No space left on device");

        public override void Write(string? value) => throw new IOException("No space left on device");

        public override void Write(char[] buffer, int index, int count) => throw new IOException("No space left on device");
    }
}
