using Bench.Fixtures.Tests.Agents.ClaudeCode;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>Runs alone: what is measured is the memory of this process.</summary>
[TestClass(DisableParallelization = true)]
public sealed class EndlessOutputTests
{
    private const long Gigabyte = 1_000_000_000;
    private const long MostGrowth = 200_000_000;

    [Fact(Timeout = 5 * TestFolder.TimeoutMs)]
    public async Task A_gigabyte_of_output_is_whole_in_the_log_and_never_in_memory()
    {
        using var agent = new MisbehavingAgent();
        agent.Lab.Settings["Timeout"] = agent.Lab.Settings["StallThreshold"] = "250s";
        agent.Lab.Settings["MaxLogBytes"] = "2000000000";
        using var memory = new PeakMemory();

        var record = await agent.RunAsync(
            "bytes", $"{Gigabyte}", "line", ClaudeLines.Init, "line", ClaudeLines.Assistant("PONG"), "line", ClaudeLines.Result());

        var growth = memory.Growth();
        Assert.True(record.Success, $"{record.FailureCategory}/{record.FailureReason} {record.FailureEvidence}");
        Assert.Contains("unreadable_output", record.Incidents.Select(i => i.Code));
        Assert.InRange(record.Attempts[0].StdoutBytes, Gigabyte, Gigabyte + 10_000);
        Assert.Equal(record.Attempts[0].StdoutBytes, new FileInfo(agent.StdoutLog).Length);
        Assert.InRange(growth, 0, MostGrowth);
    }

    [Fact(Timeout = 5 * TestFolder.TimeoutMs)]
    public async Task Of_more_output_than_a_log_may_hold_the_beginning_and_the_end_stay()
    {
        const int Most = 100_000;
        using var agent = new MisbehavingAgent();
        agent.Lab.Settings["MaxLogBytes"] = $"{Most}";

        var record = await agent.RunAsync(
            "line", ClaudeLines.Init, "bytes", "50000000", "line", "", "line", ClaudeLines.Assistant("PONG"), "line", ClaudeLines.Result());

        var log = await File.ReadAllTextAsync(agent.StdoutLog, TestContext.Current.CancellationToken);
        Assert.True(record.Success, $"{record.FailureCategory}/{record.FailureReason} {record.FailureEvidence}");
        Assert.Equal(Most, log.Length);
        Assert.StartsWith(ClaudeLines.Init, log, StringComparison.Ordinal);
        Assert.EndsWith(ClaudeLines.Result() + "\n", log, StringComparison.Ordinal);
        Assert.Contains("\"left_out_bytes\":", log, StringComparison.Ordinal);
        Assert.InRange(record.Attempts[0].StdoutBytes, 50_000_000, 50_010_000);
    }

    /// <summary>Looks at the resident memory, on a thread of its own, until it is asked how much it grew at most.</summary>
    private sealed class PeakMemory : IDisposable
    {
        private readonly ManualResetEventSlim done = new();
        private readonly long before = System.Environment.WorkingSet;
        private readonly Thread thread;
        private long peak;

        public PeakMemory()
        {
            thread = new Thread(Look) { IsBackground = true };
            thread.Start();
        }

        /// <summary>The most bytes above those at the start.</summary>
        public long Growth()
        {
            Dispose();
            return Math.Max(0, peak - before);
        }

        public void Dispose()
        {
            done.Set();
            thread.Join();
        }

        private void Look()
        {
            do
            {
                peak = Math.Max(peak, System.Environment.WorkingSet);
            }
            while (!done.Wait(5));
        }
    }
}
