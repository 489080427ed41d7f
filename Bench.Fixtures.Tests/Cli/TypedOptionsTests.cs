using System.CommandLine;
using Bench.Cli;
using Bench.Cli.Commands;

namespace Bench.Fixtures.Tests.Cli;

public sealed class TypedOptionsTests : IDisposable
{
    private readonly CliRun run = new();

    public void Dispose() => run.Dispose();

    [Fact]
    public async Task A_value_of_another_type_is_named_without_the_platforms_words_by_every_option_of_every_command()
    {
        var options = BenchCommands.All(run.Host).SelectMany(command => OptionsOf(command, [command.Name])).ToList();

        foreach (var (path, option) in options)
        {
            run.Clear();
            var exitCode = await CommandLine.RunAsync([.. path, $"{option.Name}=some"], run.Host, BenchCommands.All(run.Host));

            Assert.Equal(ExitCodes.Usage, exitCode);
            Assert.Contains($"{option.Name} is 'some', but must be ", run.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("System.", run.Error, StringComparison.Ordinal);
        }

        Assert.InRange(options.Count, 8, 200);
    }

    [Fact]
    public async Task What_it_must_be_is_said()
    {
        var exitCode = await run.RunAsync(host => SelfMeasureCommand.Create(host), "self-measure", "--jobs", "1.5");

        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Equal("--jobs is '1.5', but must be a whole number, e.g. 10. Correct it, or leave it out.", run.Error.Trim());
    }

    [Fact]
    public async Task Redact_prints_no_document_and_refuses_to_be_asked_for_one()
    {
        var exitCode = await run.RunAsync(host => RedactCommand.Create(host), "redact", "--json");

        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.Contains("'redact' has no --json", run.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<(string[] Path, Option Option)> OptionsOf(Command command, string[] path) =>
    [
        .. command.Options.Where(option => (Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType) is var type && (type == typeof(int) || type == typeof(double)))
            .Select(option => (path, option)),
        .. command.Subcommands.SelectMany(sub => OptionsOf(sub, [.. path, sub.Name])),
    ];
}
