using System.Text.Json.Serialization;

namespace Bench.Fixtures.Gates;

/// <summary>A gate's answer. JSON names are the properties in snake_case.</summary>
public abstract record GateVerdict
{
    /// <summary>The exit code of the baseline gate when it does not pass; the seeds' code.</summary>
    public const int BaselineFailed = 4;

    /// <summary>The exit code of the other gates when they do not pass: run or integrity; the seeds' code.</summary>
    public const int RunOrIntegrityFailed = 3;

    /// <summary><c>baseline</c>, <c>integrity</c>, <c>allowlist</c> or <c>report</c>.</summary>
    public abstract string Gate { get; }

    /// <summary>What was asked for holds. Never true when there was nothing to judge.</summary>
    [JsonPropertyOrder(-2)]
    public required bool Passed { get; init; }

    /// <summary>One of <see cref="GateReasons"/>; of several offences the one that the gate's checks reach first.</summary>
    [JsonPropertyOrder(-1)]
    public required string ReasonCode { get; init; }

    /// <summary>What was found, in sentences; all offences.</summary>
    [JsonPropertyOrder(1)]
    public required string Details { get; init; }

    /// <summary>What to do about all of them; null when the gate passed.</summary>
    [JsonPropertyOrder(2)]
    public string? NextAction { get; init; }

    /// <summary>What a command ends with that asks this gate alone: 0 when it passed.</summary>
    [JsonIgnore]
    public int ExitCode => Passed ? 0 : FailureExitCode;

    /// <summary>What a command ends with when this gate does not pass.</summary>
    [JsonIgnore]
    protected abstract int FailureExitCode { get; }
}
