using System.Text;
using Bench.Cli;
using Bench.Cli.Commands;

namespace Bench.Fixtures.Tests.Cli;

public sealed class RedactCommandTests
{
    private const string Log = $"one\nkey gh{"p_"}5aP7ZttoKQ2bedBn2ahrq73L5pUxAY1f6GCQ\npassword={"Qz7mLx"}92TrWv and the environment's own-secret-value\n";

    [Fact]
    public async Task Secrets_are_taken_out_of_what_passes_through()
    {
        var (exitCode, output, error) = await RunAsync(Log, "redact");

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal("one\nkey [REDACTED:github-token]\npassword=[REDACTED:named-value] and the environment's [REDACTED:known-secret]\n", output);
    }

    [Fact]
    public async Task The_findings_of_each_rule_are_counted_on_standard_error()
    {
        var (exitCode, _, error) = await RunAsync(Log, "redact", "--count");

        Assert.Equal(0, exitCode);
        Assert.Equal("       1 github-token\n       1 known-secret\n       1 named-value\n       3 in all\n", error.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_pass_unchanged()
    {
        var bytes = new byte[200_000];
        new Random(4).NextBytes(bytes);
        using var passed = new MemoryStream();

        Assert.Equal(0, await RunAsync(new MemoryStream(bytes), passed, TextWriter.Null, "redact"));
        Assert.Equal(bytes, passed.ToArray());
    }

    [Fact]
    public async Task A_wrong_option_is_the_callers_mistake()
    {
        Assert.Equal(ExitCodes.Usage, (await RunAsync("", "redact", "--counts")).ExitCode);
    }

    [Fact]
    public async Task What_cannot_be_written_ends_with_its_own_code()
    {
        using var error = new StringWriter();

        var exitCode = await RunAsync(new MemoryStream(Encoding.UTF8.GetBytes(Log)), new FullStream(), error, "redact");

        Assert.Equal(ExitCodes.OutputFailed, exitCode);
        Assert.StartsWith("The text was copied in part: No space left on device.", error.ToString(), StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_standard_input_that_is_closed_is_refused_and_an_empty_one_is_copied()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs Linux.");
        using var closed = new UserProcess(TestFolder.RepositoryRoot, "bash", ["-c", $"dotnet '{TestFolder.Tool}' redact <&-"]);
        using var empty = new UserProcess(TestFolder.RepositoryRoot, "bash", ["-c", $"dotnet '{TestFolder.Tool}' redact < /dev/null"]);

        Assert.Equal((ExitCodes.Usage, ExitCodes.Ok), (await closed.EndAsync(), await empty.EndAsync()));
        Assert.StartsWith("Standard input is closed, there is nothing to read.", closed.Output, StringComparison.Ordinal);
        Assert.Empty(empty.Output);
    }

    [Theory]
    [InlineData("flags:\t0100002", false)]
    [InlineData("flags:\t02000000", true)]
    [InlineData("flags:\t02004002", true)]
    [InlineData("ino:\t02000000", false)]
    public void A_descriptor_that_a_start_of_a_program_would_close_did_not_come_with_it(string line, bool isOwn) =>
        Assert.Equal(isOwn, StandardInput.IsOwn(["pos:\t0", line, "mnt_id:\t16"]));

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string input, params string[] args)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var exitCode = await RunAsync(new MemoryStream(Encoding.UTF8.GetBytes(input)), output, error, args);
        return (exitCode, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    private static Task<int> RunAsync(Stream input, Stream output, TextWriter error, params string[] args)
    {
        var host = new CliHost
        {
            Environment = new Dictionary<string, string> { ["MY_SECRET"] = "own-secret-value" },
            CurrentFolder = TestFolder.RepositoryRoot,
            Output = TextWriter.Null,
            Error = error,
            OpenInput = () => input,
            OpenOutput = () => output,
        };
        return CommandLine.RunAsync(args, host, RedactCommand.Create(host));
    }

    private sealed class FullStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("No space left on device");
    }
}
