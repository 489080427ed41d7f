namespace Bench.Fixtures.Redaction;

/// <summary>The rest of a private key's block: line after line, up to the one that closes it or the first that is none of its.</summary>
internal sealed class KeyTail : ValueTail
{
    private const int MostShortLines = 3;

    /// <summary>From the end of a line on.</summary>
    public static readonly KeyTail AfterLine = new(isInRun: false);

    /// <summary>Inside of base64 that is longer than any line.</summary>
    public static readonly KeyTail InRun = new(isInRun: true);

    private readonly bool isInRun;

    private KeyTail(bool isInRun)
    {
        this.isInRun = isInRun;
    }

    public override int End(ReadOnlySpan<byte> window, int from, bool isFinal, out ValueTail? next)
    {
        var at = from;
        if (isInRun)
        {
            at = ByteClass.Base64.RunEnd(window, from, isFinal, out var isOpen);
            if (isOpen)
            {
                next = InRun;
                return at;
            }
        }

        while (true)
        {
            var line = KeyLines.Read(window, at, isFinal);
            if (line.Kind == KeyLineKind.Short)
            {
                line = AfterShort(window, line.End, isFinal);
            }

            if (line.Kind is KeyLineKind.Unknown or KeyLineKind.Other or KeyLineKind.Closing)
            {
                next = line.Kind == KeyLineKind.Unknown ? AfterLine : null;
                return line.Kind == KeyLineKind.Closing ? line.End : at;
            }

            at = line.End;
            if (line.Kind == KeyLineKind.Long)
            {
                return InRun.End(window, at, isFinal, out next);
            }
        }
    }

    /// <summary>A short line belongs to the key when the block closes after it, at most two further ones between, or the text ends with it.</summary>
    private static KeyLine AfterShort(ReadOnlySpan<byte> window, int from, bool isFinal)
    {
        var at = from;
        for (var i = 0; i < MostShortLines; i++)
        {
            if (at == window.Length && isFinal)
            {
                return new KeyLine(KeyLineKind.Closing, at);
            }

            var line = KeyLines.Read(window, at, isFinal);
            if (line.Kind != KeyLineKind.Short)
            {
                return line.Kind is KeyLineKind.Closing or KeyLineKind.Unknown ? line : new KeyLine(KeyLineKind.Other, at);
            }

            at = line.End;
        }

        return new KeyLine(KeyLineKind.Other, at);
    }
}
