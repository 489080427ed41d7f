using System.Diagnostics;
using System.Globalization;
using System.Text;
using Bench.Fixtures.Processes;

namespace Bench.Cli.SelfMeasure;

/// <summary>Runs a trivial agent (one that prints a line) many times in several ways, block by block in turn.</summary>
internal sealed class SpawnMeasurement
{
    private readonly int jobsPerBlock;
    private readonly int blocks;
    private readonly int parallel;
    private readonly string folder;
    private readonly string agent = FirstExisting("/bin/echo", "/usr/bin/echo")
        ?? throw new PlatformNotSupportedException("Measuring what a job costs needs '/bin/echo', which does not exist here. Run it on Linux or macOS.");

    private readonly string? xargs = FirstExisting("/usr/bin/xargs", "/bin/xargs");
    private readonly RunMark run = RunMark.New("self-measure");
    private int lastJob;

    /// <param name="folder">An existing folder for the jobs' logs; what is put there is deleted again.</param>
    /// <param name="jobs">Jobs of each way.</param>
    /// <param name="parallel">Jobs in flight at once.</param>
    /// <param name="blocks">Turns of each way.</param>
    /// <exception cref="PlatformNotSupportedException">The machine has no <c>/bin/echo</c>.</exception>
    internal SpawnMeasurement(string folder, int jobs = 1000, int parallel = 4, int blocks = 10)
    {
        this.folder = folder;
        this.parallel = parallel;
        this.blocks = blocks;
        jobsPerBlock = Math.Max(jobs / blocks, 1);
    }

    /// <summary>Measures; takes a few seconds with the default numbers.</summary>
    internal async Task<SpawnResult> RunAsync(CancellationToken cancellationToken)
    {
        var job = new Way(() => RunAgentsAsync(isRealJob: true, cancellationToken));
        var bareJob = new Way(() => RunAgentsAsync(isRealJob: false, cancellationToken));
        var dotnet = new Way(RunDotnetProcessesAsync);
        var floor = new Way(() => RunXargsAsync(cancellationToken));
        Way[] ways = xargs is null ? [job, bareJob, dotnet] : [job, bareJob, dotnet, floor];

        // The first turn compiles code and fills caches; it does not count.
        for (var turn = 0; turn <= blocks; turn++)
        {
            foreach (var index in Enumerable.Range(0, ways.Length))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await ways[(index + turn) % ways.Length].MeasureAsync(jobsPerBlock, counts: turn > 0);
            }
        }

        return new SpawnResult
        {
            Jobs = jobsPerBlock * blocks,
            Parallel = parallel,
            Agent = agent,
            Job = job.Timing,
            BareJob = bareJob.Timing,
            DotnetProcess = dotnet.Timing,
            Xargs = xargs is null ? null : floor.Timing,
            XargsSkipped = xargs is null ? "neither '/usr/bin/xargs' nor '/bin/xargs' exists" : null,
        };
    }

    private async Task RunAgentsAsync(bool isRealJob, CancellationToken cancellationToken)
    {
        var left = jobsPerBlock;
        async Task WorkAsync()
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await (isRealJob ? RunJobAsync(cancellationToken) : RunBareJobAsync(cancellationToken));
            }
        }

        await Task.WhenAll(Enumerable.Range(0, parallel).Select(_ => Task.Run(WorkAsync, cancellationToken)));
    }

    private async Task RunJobAsync(CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"job-{Interlocked.Increment(ref lastJob)}");
        var stem = Path.Combine(folder, name);
        await using (var stdout = NewLog(stem + ".stdout.log"))
        await using (var stderr = NewLog(stem + ".stderr.log"))
        {
            var environment = new Dictionary<string, string>(ProcessMarks.Of(run, name, 0)) { ["PATH"] = "/usr/bin:/bin" };
            var spec = Spec() with { Environment = environment, StdoutLog = stdout, StderrLog = stderr };
            await using var process = AgentProcess.Start(spec, new LineCounter(), TimeProvider.System);
            await process.Completion.WaitAsync(cancellationToken);
        }

        File.Delete(stem + ".stdout.log");
        File.Delete(stem + ".stderr.log");
    }

    private async Task RunBareJobAsync(CancellationToken cancellationToken)
    {
        await using var process = AgentProcess.Start(Spec(), new LineCounter(), TimeProvider.System);
        await process.Completion.WaitAsync(cancellationToken);
    }

    private ProcessSpec Spec() => new()
    {
        FileName = agent,
        Arguments = ["hello"],
        WorkingDirectory = folder,
        Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" },
    };

    private Task RunDotnetProcessesAsync()
    {
        var left = jobsPerBlock;
        void Work()
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                RunDotnetProcess();
            }
        }

        return Task.WhenAll(Enumerable.Range(0, parallel).Select(_ =>
            Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }

    private void RunDotnetProcess()
    {
        var start = new ProcessStartInfo(agent, ["hello"]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        start.Environment["PATH"] = "/usr/bin:/bin";
        using var process = Process.Start(start)!;
        Thread[] readers = [new(() => ReadLines(process.StandardOutput)), new(() => ReadLines(process.StandardError))];
        Array.ForEach(readers, reader => reader.Start());
        process.WaitForExit();
        Array.ForEach(readers, reader => reader.Join());
    }

    private async Task RunXargsAsync(CancellationToken cancellationToken)
    {
        var input = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("hello\n", jobsPerBlock)));
        var spec = Spec() with
        {
            FileName = "/bin/sh",
            Arguments = ["-c", string.Create(CultureInfo.InvariantCulture, $"exec {xargs} -P {parallel} -n 1 {agent} > /dev/null")],
            StandardInput = input,
        };
        await using var process = AgentProcess.Start(spec, null, TimeProvider.System);
        var exit = await process.Completion.WaitAsync(cancellationToken);
        if (exit.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{xargs} -P {parallel}' ended with exit code '{exit.ExitCode}' where 0 was expected. Check that it knows -P.");
        }
    }

    private static FileStream NewLog(string path) => new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);

    private static void ReadLines(StreamReader reader)
    {
        while (reader.ReadLine() is not null)
        {
        }
    }

    private static string? FirstExisting(params string[] paths) => paths.FirstOrDefault(File.Exists);

    private sealed class LineCounter : IOutputObserver
    {
        private int count;

        public void OnLine(in OutputLine line) => count++;
    }

    private sealed class Way(Func<Task> runBlock)
    {
        private readonly List<double> perJob = [];
        private TimeSpan cpu;
        private int jobs;

        internal SpawnTiming Timing => new(perJob, cpu.TotalMilliseconds / jobs);

        internal async Task MeasureAsync(int jobsPerBlock, bool counts)
        {
            var cpuBefore = System.Environment.CpuUsage.TotalTime;
            var started = Stopwatch.GetTimestamp();
            await runBlock();
            var wall = Stopwatch.GetElapsedTime(started);
            if (counts)
            {
                perJob.Add(wall.TotalMilliseconds / jobsPerBlock);
                cpu += System.Environment.CpuUsage.TotalTime - cpuBefore;
                jobs += jobsPerBlock;
            }
        }
    }
}
