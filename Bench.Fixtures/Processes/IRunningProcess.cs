using Bench.Fixtures.Processes.Metering;

namespace Bench.Fixtures.Processes;

/// <summary>A started process on one kind of machine.</summary>
internal interface IRunningProcess
{
    int Id { get; }

    long StartTimestamp { get; }

    long? LastByteTimestamp { get; }

    /// <summary>What it and all that it started use; null when nobody looks.</summary>
    TreeMeter? Usage { get; }

    /// <summary>Never faults.</summary>
    Task<ProcessExit> Completion { get; }

    /// <summary>Asks for the end: TERM now, KILL after the grace. Returns at once; callable any number of times, the shortest grace wins.</summary>
    void RequestStop(TimeSpan grace);
}
