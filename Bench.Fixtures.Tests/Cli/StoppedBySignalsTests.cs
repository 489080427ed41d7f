using Bench.Cli;

namespace Bench.Fixtures.Tests.Cli;

public sealed class StoppedBySignalsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // The library that parses the command line did not wait for such a command: it ended the process, and the command's agents lived on.
    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_command_that_is_stopped_before_its_first_wait_is_waited_for()
    {
        using var signals = new StoppedBySignals(TimeSpan.FromMinutes(1), TimeProvider.System);
        var release = new TaskCompletionSource();

        var running = signals.RunAsync(async token =>
        {
            signals.Stop();
            Assert.True(token.IsCancellationRequested);
            await release.Task;
            throw new OperationCanceledException(token);
        });
        var endedBefore = running.IsCompleted;
        release.SetResult();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Token));
        Assert.False(endedBefore);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_command_that_does_not_end_after_the_signal_is_given_up_at_the_limit()
    {
        using var signals = new StoppedBySignals(TimeSpan.FromMilliseconds(50), TimeProvider.System);

        var running = signals.RunAsync(_ => new TaskCompletionSource<int>().Task);
        signals.Stop();

        await Assert.ThrowsAsync<OperationCanceledException>(() => running.WaitAsync(Token));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_command_without_a_signal_has_all_the_time_that_it_needs()
    {
        using var signals = new StoppedBySignals(TimeSpan.Zero, TimeProvider.System);

        var exitCode = await signals.RunAsync(async _ =>
        {
            await Task.Yield();
            return 3;
        });

        Assert.Equal(3, exitCode);
    }
}
