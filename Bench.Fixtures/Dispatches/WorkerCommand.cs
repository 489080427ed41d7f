using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Dispatches;

/// <summary>How a worker is started: a program that gets the path of the job's instance as its last argument.</summary>
public sealed record WorkerCommand
{
    /// <summary>The program's absolute path.</summary>
    public required string FileName { get; init; }

    /// <summary>Its arguments before the last one.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Its environment: the caller's, which holds the keys of the live profile. Marks of a run that the caller is part of are taken out.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Whether a worker that is started now has the key that the job needs.</summary>
    internal bool HasKeyOf(DispatchJob job) => job.KeyVariable is null || !string.IsNullOrWhiteSpace(Environment.GetValueOrDefault(job.KeyVariable));

    /// <exception cref="ProcessStartException">The system refused.</exception>
    internal ProcessIdentity Start(DispatchInstance instance, string folder) => DetachedProcess.Start(
        new ProcessSpec
        {
            FileName = FileName,
            Arguments = [.. Arguments, instance.Root],
            WorkingDirectory = Directory.Exists(folder) ? folder : instance.Root,
            Environment = DetachedProcess.WithoutMarks(Environment),
        },
        instance.WorkerLog);
}
