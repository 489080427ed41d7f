using Bench.Fixtures.Dispatches;

namespace Bench.Cli.Dispatch;

/// <summary>Why a job is not started.</summary>
/// <param name="ExitCode">One of <see cref="DispatchExitCodes"/>, or that of a usage error.</param>
/// <param name="ReasonCode">One of <see cref="DispatchReasons"/>, or a gate's reason.</param>
/// <param name="Details">What is wrong, why, and what to do.</param>
internal sealed record StartRefusal(int ExitCode, string ReasonCode, string Details);
