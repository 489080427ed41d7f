using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.OpenCode;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Processes.Metering;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Servers;

/// <summary>How a run's OpenCode server is started.</summary>
public sealed record OpenCodeServerOptions
{
    /// <summary>The most bytes of the log. Default: 64 MiB.</summary>
    public long MaxLogBytes { get; init; } = BoundedLog.DefaultBytes;

    /// <summary>The run; marks the server's process and those that it starts.</summary>
    public required RunMark Run { get; init; }

    /// <summary>The program.</summary>
    public required AgentBinary Binary { get; init; }

    /// <summary>The models that exist, and other things that all OpenCode lanes share.</summary>
    public required OpenCodeOptions OpenCode { get; init; }

    /// <summary>The model that stands in where none is named: <c>provider/model</c>. The lanes always name theirs.</summary>
    public required string Model { get; init; }

    /// <summary>The gateway's base URL for a server that jobs share.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>The gateway's token.</summary>
    public required string Token { get; init; }

    /// <summary>Looks at what the server uses; null leaves it unknown.</summary>
    public ProcessMeter? Meter { get; init; }

    /// <summary>What clients must send; at least 16 characters. The redactor must know it; see <see cref="OpenCodeServer.NewPassword"/>.</summary>
    public required string Password { get; init; }

    /// <summary>Limit of an attempt; the server's own limits lie behind it.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Folders of the server's own, all absolute, all existing. Its work folder stays empty: jobs bring theirs.</summary>
    public required AgentDirectories Directories { get; init; }

    /// <summary>Absolute path of the server's log; a restarted server appends to it.</summary>
    public required string LogPath { get; init; }

    /// <summary>Stands before the log.</summary>
    public required Redactor Redactor { get; init; }

    /// <summary>Source of stamps and waits.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>How long the server may take to be ready. Default: 60 s.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Servers started in one run at most, those after a crash included. Default: 3.</summary>
    public int MaxStarts { get; init; } = 3;

    /// <summary>Silence of a session after which its state is asked for, in case its end was lost. Default: 10 s; much less would starve the server.</summary>
    public TimeSpan QuietPeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A port to listen on; asked again when somebody else takes it first.</summary>
    internal Func<int> ChoosePort { get; init; } = OpenCodeServer.FreePort;

    /// <summary>Names the options without their secrets.</summary>
    public override string ToString() => $"OpenCodeServerOptions {{ RunId = {Run.RunId}, BaseUrl = {BaseUrl}, LogPath = {LogPath} }}";
}
