using System.Text;

namespace Bench.Cli;

/// <summary>
/// Standard output or standard error as commands see it: what cannot be written (a full disk, a closed descriptor) is remembered and does not throw, so that
/// a command that runs agents ends them as it always does. <see cref="CommandLine"/> says it at the end. Thread-safe as far as the writer within is.
/// </summary>
/// <param name="inner">Where it goes.</param>
internal sealed class GuardedWriter(TextWriter inner) : TextWriter
{
    private string? problem;

    /// <summary>Why something was not written, as the system says it; null when all was.</summary>
    public string? Problem => Volatile.Read(ref problem);

    /// <inheritdoc />
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc />
    public override void Write(char value) => Try(() => inner.Write(value));

    /// <inheritdoc />
    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    /// <inheritdoc />
    public override void Write(string? value) => Try(() => inner.Write(value));

    /// <inheritdoc />
    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    /// <inheritdoc />
    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        if (Problem is not null)
        {
            return;
        }

        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Volatile.Write(ref problem, (e.InnerException ?? e).Message);
        }
    }
}
