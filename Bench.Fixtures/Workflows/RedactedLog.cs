using Bench.Fixtures.Failures;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Workflows;

/// <summary>A log file of one attempt that secrets do not reach. Disposing writes what was held back and closes the file.</summary>
internal sealed class RedactedLog : IDisposable
{
    private readonly Stream redacting;

    /// <summary>Opens the file, which never grows beyond a number of bytes; what a killed run left in it stays. Its folder must exist: one that was deleted in mid-run must not come back half.</summary>
    /// <exception cref="ArtifactException">The file cannot be written.</exception>
    public RedactedLog(string path, Redactor redactor, long most)
    {
        redacting = redactor.CreateLogStream(ArtifactException.Write(path, () => BoundedLog.Open(path, most)));
    }

    /// <summary>Takes the agent's bytes.</summary>
    public Stream Stream => redacting;

    /// <inheritdoc />
    public void Dispose() => redacting.Dispose();
}
