using System.Diagnostics;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Workflows;

namespace Bench.Fixtures.Tests.Workflows;

/// <summary>The run's server dies, and the run goes on.</summary>
public sealed class OpenCodeServerCrashTests
{
    private const string Http = WorkflowCatalog.OpenCodeServerHttp;

    [Fact(Timeout = OpenCodeBed.TimeoutMs)]
    public async Task A_server_that_is_killed_fails_the_attempt_in_flight_and_the_next_one_gets_a_new_server()
    {
        var bed = new OpenCodeBed();
        await bed.InitializeAsync();
        var hanging = new Prompt { Id = "hanging", Category = "test", Title = "t", Text = "#hang" };
        var next = new Prompt { Id = "next", Category = "test", Title = "t", Text = "Say done." };
        var script = new ScriptedAnswer { PromptId = "next", Turns = [new ScriptedTurn { Text = "done" }] };

        AttemptOutcome killed, after;
        try
        {
            var running = bed.MisbehavingLane(Http).RunAsync(bed.Request(Http, hanging), TestContext.Current.CancellationToken);
            var server = await bed.Server.GetAsync(TestContext.Current.CancellationToken);
            await bed.Provider.FirstRequest.WaitAsync(TestContext.Current.CancellationToken);
            Process.GetProcessById(server.ProcessId).Kill();
            killed = await running;
            after = await bed.Lane(Http, script).RunAsync(bed.Request(Http, next), TestContext.Current.CancellationToken);
        }
        finally
        {
            await bed.DisposeAsync();
        }

        Assert.Equal((FailureCategory.Env, FailureReasons.ServerUnavailable), (killed.Failure?.Category, killed.Failure?.Reason));
        Assert.Contains("signal 9", killed.Failure!.Evidence, StringComparison.Ordinal);
        Assert.True(after.Success, after.Failure?.Evidence);
        Assert.Equal(2, bed.Server.Starts);
        Assert.Equal(0, bed.Alive);
    }
}
