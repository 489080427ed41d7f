using System.Text;
using Bench.Fixtures.Redaction;

namespace Bench.Cli.Governed;

/// <summary>Shows what a process prints as it comes, and keeps the last part.</summary>
internal sealed class LiveOutput(TextWriter live) : WriteOnlyStream
{
    /// <summary>The most characters that are kept.</summary>
    public const int MostKept = 4000;

    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder kept = new();
    private readonly Lock gate = new();

    /// <summary>The last part of what was printed, from the beginning of a line where it is not whole.</summary>
    public string Last
    {
        get
        {
            lock (gate)
            {
                var text = kept.ToString();
                if (text.Length <= MostKept)
                {
                    return text;
                }

                text = text[^MostKept..];
                var line = text.IndexOf('\n', StringComparison.Ordinal) + 1;
                return line < text.Length ? text[line..] : text;
            }
        }
    }

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var characters = new char[Encoding.UTF8.GetMaxCharCount(buffer.Length)];
        lock (gate)
        {
            var count = decoder.GetChars(buffer, characters, flush: false);
            live.Write(characters, 0, count);
            live.Flush();
            kept.Append(characters, 0, count);
            if (kept.Length > 4 * MostKept)
            {
                kept.Remove(0, kept.Length - (2 * MostKept));
            }
        }
    }

    /// <inheritdoc />
    public override void Flush() => live.Flush();
}
