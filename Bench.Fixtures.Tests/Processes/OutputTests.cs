using System.Text;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Tests.Processes;

public sealed class OutputTests
{
    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Lines_come_from_their_own_pipe_with_a_stamp()
    {
        using var folder = new TestFolder();
        var lines = new Lines();
        var script = $"echo out; {Commands.Await(folder.At("one-seen"))}; echo err >&2; {Commands.Await(folder.At("two-seen"))}; printf 'no end'";
        await using var agent = AgentProcess.Start(Commands.Shell(script), lines, TimeProvider.System);
        await lines.UntilAsync(1, TestContext.Current.CancellationToken);
        folder.Write("one-seen", "");
        await lines.UntilAsync(2, TestContext.Current.CancellationToken);
        folder.Write("two-seen", "");

        var exit = await agent.Completion.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal([OutputChannel.Stdout, OutputChannel.Stderr, OutputChannel.Stdout], lines.All.Select(line => line.Channel));
        Assert.Equal(["out", "err", "no end"], lines.All.Select(line => line.Text));
        Assert.Equal(exit.FirstByteTimestamp, lines.All[0].Timestamp);
        Assert.True(lines.All[0].Timestamp < lines.All[1].Timestamp);
        Assert.Equal(exit.LastByteTimestamp, lines.All[2].Timestamp);
        Assert.Equal((10, 4), (exit.StdoutBytes, exit.StderrBytes));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_line_has_the_stamp_of_its_first_byte()
    {
        using var folder = new TestFolder();
        var lines = new Lines();
        await using var agent = AgentProcess.Start(Commands.Shell($"printf abc; {Commands.Await(folder.At("half-seen"))}; echo def"), lines, TimeProvider.System);
        while (agent.LastByteTimestamp is null)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        folder.Write("half-seen", "");

        var exit = await agent.Completion.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal("abcdef", Assert.Single(lines.Stdout));
        Assert.Equal(exit.FirstByteTimestamp, lines.All[0].Timestamp);
        Assert.True(lines.All[0].Timestamp < exit.LastByteTimestamp);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_stamp_compares_with_the_agents_own_monotonic_clock()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems count from another zero.");

        var (exit, lines) = await Commands.RunAsync(DummyAgent.Spec("stamp", "hello"), TestContext.Current.CancellationToken);

        var own = System.Text.Json.JsonDocument.Parse(lines.Stdout[0]).RootElement.GetProperty("monotonic_ns").GetInt64();
        Assert.InRange(own, exit.StartTimestamp, lines.All[0].Timestamp);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Bytes_that_are_no_text_stay_as_they_are()
    {
        using var stdout = new MemoryStream();
        using var stderr = new MemoryStream();
        var spec = Commands.Shell(@"printf '\377\376\000a\303'; printf '\200\n' >&2") with { StdoutLog = stdout, StderrLog = stderr };

        var (exit, _) = await Commands.RunAsync(spec, TestContext.Current.CancellationToken);

        Assert.Equal([0xFF, 0xFE, 0x00, (byte)'a', 0xC3], stdout.ToArray());
        Assert.Equal([0x80, (byte)'\n'], stderr.ToArray());
        Assert.Null(exit.ReadProblem);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task However_much_is_printed_memory_stays_bounded()
    {
        const long Size = 200_000_000;
        var meter = new AllocationMeter();
        using var log = new CountingStream();
        await using var agent = AgentProcess.Start(DummyAgent.Spec("bytes", $"{Size}") with { StdoutLog = log }, meter, TimeProvider.System);

        var exit = await agent.Completion.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Size, exit.StdoutBytes);
        Assert.Equal(Size, log.Count);
        Assert.Equal((Size + 1023) / 1024, meter.LineCount);
        Assert.InRange(meter.AllocatedBytes, 0, 8_000_000);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_line_of_50_MB_is_cut_for_the_observer_and_whole_in_the_log()
    {
        const int Size = 50_000_000;
        var meter = new AllocationMeter();
        using var log = new CountingStream();
        var spec = DummyAgent.Spec("long-line", $"{Size}", "line", "after") with { StdoutLog = log };
        await using var agent = AgentProcess.Start(spec, meter, TimeProvider.System);

        await agent.Completion.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Size + "after\n".Length, log.Count);
        Assert.Equal([(spec.MaxLineBytes, true), ("after".Length, false)], meter.Shapes);
        Assert.InRange(meter.AllocatedBytes, 0, 16_000_000);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_failing_log_is_reported_and_stops_nothing()
    {
        using var stdout = new FullDisk();
        using var stderr = new MemoryStream();
        var spec = Commands.Shell("echo one; echo err >&2; sleep 0.02; echo two; echo more >&2; exit 5") with { StdoutLog = stdout, StderrLog = stderr };

        var (exit, lines) = await Commands.RunAsync(spec, TestContext.Current.CancellationToken);

        Assert.Equal("No space left on device", Assert.IsType<IOException>(exit.LogProblem).Message);
        Assert.Equal(5, exit.ExitCode);
        Assert.Equal(["one", "two"], lines.Stdout);
        Assert.Equal("err\nmore\n", Encoding.UTF8.GetString(stderr.ToArray()));
        Assert.Equal(1, stdout.Writes);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_failing_observer_is_reported_and_stops_nothing()
    {
        using var log = new MemoryStream();
        await using var agent = AgentProcess.Start(Commands.Shell("echo one; sleep 0.02; echo two") with { StdoutLog = log }, new FailingObserver(), TimeProvider.System);

        var exit = await agent.Completion.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal("cannot parse 'one'", exit.ReadProblem?.Message);
        Assert.Equal(0, exit.ExitCode);
        Assert.Equal("one\ntwo\n", Encoding.UTF8.GetString(log.ToArray()));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_last_sign_of_life_is_known_while_the_agent_runs()
    {
        var lines = new Lines();
        await using var agent = AgentProcess.Start(Commands.Shell("echo up; exec sleep 100"), lines, TimeProvider.System);

        await lines.First.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(lines.All[0].Timestamp, agent.LastByteTimestamp);
    }

    private sealed class AllocationMeter : IOutputObserver
    {
        public long LineCount { get; private set; }

        public long AllocatedBytes { get; private set; }

        public List<(int Length, bool IsTruncated)> Shapes { get; } = [];

        public void OnLine(in OutputLine line)
        {
            LineCount++;
            if (Shapes.Count < 10)
            {
                Shapes.Add((line.Bytes.Length, line.IsTruncated));
            }

            // Of the reading thread alone, so other tests do not count.
            AllocatedBytes = GC.GetAllocatedBytesForCurrentThread();
        }
    }

    private sealed class FailingObserver : IOutputObserver
    {
        public void OnLine(in OutputLine line) => throw new InvalidOperationException($"cannot parse '{Encoding.UTF8.GetString(line.Bytes.Span)}'");
    }

    private sealed class CountingStream : TakingStream
    {
        public long Count { get; private set; }

        protected override void Take(int count) => Count += count;
    }

    private sealed class FullDisk : TakingStream
    {
        public int Writes { get; private set; }

        protected override void Take(int count)
        {
            Writes++;
            throw new IOException("No space left on device");
        }
    }

    private abstract class TakingStream : WriteOnlyStream
    {
        public override void Flush()
        {
        }

        public override void Write(ReadOnlySpan<byte> buffer) => Take(buffer.Length);

        protected abstract void Take(int count);
    }
}
