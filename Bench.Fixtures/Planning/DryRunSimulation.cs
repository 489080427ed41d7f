using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Bench.Fixtures.Planning;

/// <summary>What the dry-run profile makes up for one attempt. The formula is the original harness's, bit for bit.</summary>
public sealed record DryRunSimulation
{
    /// <summary>The first 32 bits of SHA-256 over <c>run:workflow:prompt:attempt</c>, from which everything follows.</summary>
    public required uint Seed { get; init; }

    /// <summary>Whether the attempt succeeds; only a first attempt may fail.</summary>
    public required bool Success { get; init; }

    /// <summary><c>harness</c>, <c>model</c> or <c>env</c>; null on success.</summary>
    public required string? FailureCategory { get; init; }

    /// <summary>0 on success, else 2, 1 or 127.</summary>
    public required int ReturnCode { get; init; }

    /// <summary>20 to 109 ms.</summary>
    public required int StartupLatencyMs { get; init; }

    /// <summary>Start-up plus 100 to 799 ms.</summary>
    public required int FirstOutputLatencyMs { get; init; }

    /// <summary>700 to 2899 ms; may be below the first output's, as in the original.</summary>
    public required int CompletionLatencyMs { get; init; }

    /// <summary>The reason of every simulated failure.</summary>
    public const string FailureReason = "dry_run_simulated";

    /// <summary>Simulates an attempt of a prompt's first trial.</summary>
    public static DryRunSimulation Of(string runId, string workflowId, string promptId, int attempt)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{runId}:{workflowId}:{promptId}:{attempt}");
        var seed = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        var fails = seed % 7 == 0 && attempt == 0;
        var startup = 20 + (int)(seed % 90);
        return new()
        {
            Seed = seed,
            Success = !fails,
            FailureCategory = fails ? (seed % 3) switch { 0 => "harness", 1 => "model", _ => "env" } : null,
            ReturnCode = fails ? (seed % 3) switch { 0 => 2, 1 => 1, _ => 127 } : 0,
            StartupLatencyMs = startup,
            FirstOutputLatencyMs = startup + 100 + (int)(seed % 700),
            CompletionLatencyMs = 700 + (int)(seed % 2200),
        };
    }

    /// <summary>Simulates an attempt of a job. From the second trial on, the prompt's id carries the trial (<c>__t2</c>), so that trials differ.</summary>
    public static DryRunSimulation Of(string runId, Job job, int attempt) =>
        Of(runId, job.WorkflowId, job.JobId[(job.WorkflowId.Length + "__".Length)..], attempt);
}
