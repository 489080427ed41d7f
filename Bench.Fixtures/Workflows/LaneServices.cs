using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Processes.Metering;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Workspaces;

namespace Bench.Fixtures.Workflows;

/// <summary>What the lanes of a run share.</summary>
public sealed record LaneServices
{
    /// <summary>Stands between every agent and its model.</summary>
    public required ModelGateway Gateway { get; init; }

    /// <summary>Knows every secret of the run, the gateway's token among them.</summary>
    public required Redactor Redactor { get; init; }

    /// <summary>Makes the work trees and homes of attempts.</summary>
    public required JobWorkspaces Workspaces { get; init; }

    /// <summary>Says who is to blame for an ended attempt; null where nothing failed.</summary>
    public required Func<AttemptEvidence, Failure?> Classify { get; init; }

    /// <summary>Looks at what the agents use; null leaves it unknown.</summary>
    public ProcessMeter? Meter { get; init; }

    /// <summary>All stamps and limits; the same as the gateway's.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>The most bytes of each log. Default: 64 MiB.</summary>
    public long MaxLogBytes { get; init; } = BoundedLog.DefaultBytes;

    /// <summary>How long an agent may take to end after it reported success, before it counts as hung and is stopped. Default: 10 s.</summary>
    public TimeSpan ExitGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The same after it reported an error, or gave a sign that it will never end: it may be spending. Default: 3 s.</summary>
    public TimeSpan ErrorExitGrace { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a stopped agent has between TERM and KILL. Default: 3 s.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(3);
}
