using System.Globalization;
using System.Text;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Gateway;

/// <summary>Keeps the gateway's own defects, with their stacks, for whoever mends them. Never throws: an answer is worth more than its log.</summary>
internal sealed class FailureLog(string? path, Redactor redactor, TimeProvider clock)
{
    // A defect that every request meets is told often enough by then.
    private const int MostFailures = 100;

    private readonly Lock gate = new();
    private int count;

    /// <summary>Notes a defect.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="job">The job and attempt whose request it was; null when unknown.</param>
    /// <param name="request">What was asked, e.g. <c>POST /v1/messages</c>.</param>
    public void Write(Exception exception, string? job, string request)
    {
        if (path is null || Interlocked.Increment(ref count) > MostFailures)
        {
            return;
        }

        var now = clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var text = redactor.Redact($"{now} {job ?? "no attempt"}: {request}\n{exception}\n\n");
        lock (gate)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.AppendAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // The books tell of a folder that breaks, and fail the run.
            }
        }
    }
}
