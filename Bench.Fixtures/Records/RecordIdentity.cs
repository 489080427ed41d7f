using System.Buffers.Text;

namespace Bench.Fixtures.Records;

/// <summary>Whose record it is. All numbers but the trial are those of a <see cref="NameTable"/>.</summary>
/// <param name="WorkflowId">The workflow.</param>
/// <param name="PromptId">The prompt.</param>
/// <param name="Trial">The trial, from 1.</param>
/// <param name="UnusualJobId">The job id where it is not made of the other three; <see cref="UsualJobId"/> otherwise.</param>
/// <param name="JobIdFingerprint">The <see cref="Fingerprint"/> of the job id.</param>
internal readonly record struct RecordIdentity(int WorkflowId, int PromptId, int Trial, int UnusualJobId, ulong JobIdFingerprint)
{
    /// <summary>Stands in <see cref="UnusualJobId"/> for a job id made of workflow, prompt and trial.</summary>
    public const int UsualJobId = -1;

    /// <summary>The most bytes that a usual job id has beyond its workflow and prompt.</summary>
    public const int UsualJobIdOverhead = 16;

    /// <summary>Whether the job id is made of workflow, prompt and trial.</summary>
    public bool HasUsualJobId => UnusualJobId == UsualJobId;

    /// <summary>Writes the job id that <c>Job.IdOf</c> makes, in UTF-8, and returns its length.</summary>
    public static int WriteUsualJobId(ReadOnlySpan<byte> workflowId, ReadOnlySpan<byte> promptId, int trial, Span<byte> target)
    {
        workflowId.CopyTo(target);
        "__"u8.CopyTo(target[workflowId.Length..]);
        var length = workflowId.Length + 2;
        promptId.CopyTo(target[length..]);
        length += promptId.Length;
        if (trial == 1)
        {
            return length;
        }

        "__t"u8.CopyTo(target[length..]);
        Utf8Formatter.TryFormat(trial, target[(length + 3)..], out var digits);
        return length + 3 + digits;
    }
}
