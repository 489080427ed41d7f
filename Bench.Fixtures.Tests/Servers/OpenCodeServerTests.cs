using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.OpenCode;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Servers;
using Bench.Fixtures.Settings;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Tests.Servers;

public class OpenCodeServerTests
{
    private const string Password = "password-0123456789abcdef";
    private static readonly string OpenCode = Path.Combine(TestFolder.RepositoryRoot, "agents", "node_modules", "opencode-linux-x64", "bin", "opencode");

    [Fact(Timeout = 4 * TestFolder.TimeoutMs)]
    public async Task Another_server_on_the_port_is_never_asked_and_a_server_of_another_version_never_used()
    {
        using var folder = new TestFolder();
        await using var foreign = await LoopbackServer.StartAsync((context, _) =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync("""{"healthy":true,"version":"0.0.1","id":"ses_1","providers":[]}""");
        });
        var choices = 0;
        int ChoosePort() => ++choices == 1 ? foreign.Address.Port : OpenCodeServer.FreePort();
        var options = Options(folder, OpenCode) with { StartLimit = TimeSpan.FromSeconds(120), ChoosePort = ChoosePort };

        var exception = await Assert.ThrowsAsync<EnvFailureException>(
            () => OpenCodeServer.StartAsync(options, 0, TestContext.Current.CancellationToken));

        Assert.Equal(FailureReasons.CliVersionMismatch, exception.Reason);
        Assert.Contains("not '0.0.1'", exception.Message, StringComparison.Ordinal);
        Assert.True(choices >= 2);
        Assert.Empty(foreign.Requests);
        AssertNothingIsLeft(options);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_server_that_ends_before_it_is_ready_is_unavailable_with_its_last_words()
    {
        using var folder = new TestFolder();
        var options = Options(folder, "/bin/sh", "-c", $"echo 'Configuration is invalid: {Password}' >&2; exit 3");

        var exception = await Assert.ThrowsAsync<EnvFailureException>(() => OpenCodeServer.StartAsync(options, 0, TestContext.Current.CancellationToken));

        Assert.Equal(FailureReasons.ServerUnavailable, exception.Reason);
        Assert.Contains("exit code 3", exception.Failure.Evidence, StringComparison.Ordinal);
        Assert.Contains("Configuration is invalid", exception.Failure.Evidence, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, exception.ToString() + File.ReadAllText(options.LogPath), StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_server_that_says_that_it_listens_and_does_no_work_is_given_up_and_ended()
    {
        using var folder = new TestFolder();
        var options = Options(folder, "/bin/sh", "-c", "echo 'opencode server listening on http://127.0.0.1:1'; sleep 600 & wait") with { StartLimit = TimeSpan.FromSeconds(1) };

        var exception = await Assert.ThrowsAsync<EnvFailureException>(() => OpenCodeServer.StartAsync(options, 0, TestContext.Current.CancellationToken));

        Assert.Equal(FailureReasons.ServerUnavailable, exception.Reason);
        AssertNothingIsLeft(options);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_silent_server_is_given_up_at_the_start_limit()
    {
        using var folder = new TestFolder();
        var options = Options(folder, "/bin/sh", "-c", "sleep 600") with { StartLimit = TimeSpan.FromMilliseconds(300) };

        var exception = await Assert.ThrowsAsync<EnvFailureException>(() => OpenCodeServer.StartAsync(options, 0, TestContext.Current.CancellationToken));

        Assert.Contains("not ready within 0.3 s", exception.Message, StringComparison.Ordinal);
        AssertNothingIsLeft(options);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_program_that_is_missing_is_a_start_problem()
    {
        using var folder = new TestFolder();

        await Assert.ThrowsAsync<ProcessStartException>(() => OpenCodeServer.StartAsync(Options(folder, "/nowhere/opencode"), 0, TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_server_that_fails_to_start_too_often_is_not_started_again()
    {
        using var folder = new TestFolder();
        await using var shared = new SharedOpenCodeServer(Options(folder, "/bin/sh", "-c", "echo started >&2; exit 1") with { MaxStarts = 2 });

        var failures = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var exception = await Assert.ThrowsAsync<EnvFailureException>(() => shared.GetAsync(TestContext.Current.CancellationToken));
            failures.Add(exception.RuleId);
        }

        Assert.Equal(["opencode_server.start", "opencode_server.start", "opencode_server.restarts"], failures);
        Assert.Equal(2, shared.Starts);
        Assert.Equal(2, File.ReadAllLines(shared.Options.LogPath).Length);
        Assert.Null(shared.StartupLatency);
    }

    private static OpenCodeServerOptions Options(TestFolder folder, string program, params string[] leading)
    {
        var directories = new AgentDirectories(
            folder.At("work"), folder.At("home"), folder.At("config"), folder.At("data"), folder.At("cache"), folder.At("state"), folder.At("tmp"));
        foreach (var directory in (string[])[directories.Work, directories.Home, directories.Config, directories.Data, directories.Cache, directories.State, directories.Temp])
        {
            Directory.CreateDirectory(directory);
        }

        return new OpenCodeServerOptions
        {
            Run = RunMark.New("test"),
            Binary = new AgentBinary { Kind = AgentKind.OpenCode, Path = program, LeadingArguments = leading, FoundIn = "settings", Version = "0.0.1", Sha256 = "00" },
            OpenCode = new OpenCodeOptions { KnownModels = ["zai/glm-5"] },
            Model = "zai/glm-5",
            BaseUrl = "http://127.0.0.1:1",
            Token = "gateway-token-0123456789",
            Password = Password,
            Timeout = TimeSpan.FromSeconds(60),
            Directories = directories,
            LogPath = folder.At("server.log"),
            Redactor = new Redactor([new KnownSecret("password", Password)]),
            Clock = TimeProvider.System,
        };
    }

    private static void AssertNothingIsLeft(OpenCodeServerOptions options) =>
        Assert.Equal(0, ProcessReaper.Count(options.Run));
}
