using Bench.Fixtures.Workflows;

namespace Bench.Fixtures;

/// <summary>
/// How long a job took to its result: from the submit of its first attempt to the end of its last, attempts and back-off between them included, the waits for
/// slots not. A retry makes nobody's result earlier.
/// </summary>
internal sealed class ResultTime
{
    private TimeSpan elapsed;
    private bool isBegun;

    /// <summary>So far; null before the first attempt has ended.</summary>
    public TimeSpan? Value { get; private set; }

    /// <summary>Takes an attempt in.</summary>
    /// <param name="line">Its instants, from its start.</param>
    /// <param name="length">From its start until all of it was over.</param>
    /// <param name="backoff">The wait before it; null for the first.</param>
    public void Add(AttemptTimeline line, TimeSpan length, TimeSpan? backoff)
    {
        // One that never came to hand its prompt over kept its job waiting all the same.
        elapsed += isBegun ? backoff ?? TimeSpan.Zero : -(line.Submitted ?? TimeSpan.Zero);
        isBegun = true;
        Value = elapsed + (line.Ended ?? length);
        elapsed += length;
    }
}
