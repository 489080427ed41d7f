using System.IO.Compression;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Gateway.Forwarding;

/// <summary>A provider's answer as it comes, uncompressed and without the secrets that Bench knows: a provider may echo the key that it was sent.</summary>
internal sealed class AnswerBody : IAsyncDisposable
{
    private readonly Stream source;
    private readonly SecretMask.Text? mask;
    private bool hasEnded;

    private AnswerBody(Stream source, SecretMask.Text? mask)
    {
        this.source = source;
        this.mask = mask;
    }

    /// <summary>Whether the answer is compressed in a way that is undone here: its length and its encoding are no longer what its headers say.</summary>
    public static bool IsCompressed(HttpResponseMessage response) => DecoderOf(response) is not null;

    /// <summary>Opens the body of an answer whose headers are there.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="mask">Covers secrets; null when there are none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="HttpRequestException">It is compressed in a way that nobody asked for.</exception>
    public static async Task<AnswerBody> OpenAsync(HttpResponseMessage response, SecretMask? mask, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        return new AnswerBody(DecoderOf(response)?.Invoke(stream) ?? stream, mask?.Begin());
    }

    /// <summary>The next bytes, as soon as there are some; none at the end.</summary>
    /// <param name="buffer">May hold the bytes that are given.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">The answer broke off, or is not what its headers say.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!hasEnded)
        {
            var count = await ReadSourceAsync(buffer, cancellationToken);
            hasEnded = count == 0;
            ReadOnlyMemory<byte> piece = buffer[..count];
            piece = mask?.Take(piece, hasEnded) ?? piece;
            if (!piece.IsEmpty)
            {
                return piece;
            }
        }

        return default;
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private async ValueTask<int> ReadSourceAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellationToken);
        }
        catch (InvalidDataException exception)
        {
            throw new IOException("The answer is not compressed as its headers say.", exception);
        }
    }

    private static Func<Stream, Stream>? DecoderOf(HttpResponseMessage response)
    {
        string[] codings = [.. response.Content.Headers.ContentEncoding.Where(c => !c.Equals("identity", StringComparison.OrdinalIgnoreCase))];
        return codings switch
        {
            [] => null,
            [var one] => one.ToLowerInvariant() switch
            {
                "gzip" or "x-gzip" => stream => new GZipStream(stream, CompressionMode.Decompress),
                "deflate" => stream => new ZLibStream(stream, CompressionMode.Decompress),
                "br" => stream => new BrotliStream(stream, CompressionMode.Decompress),
                _ => throw Unknown(codings),
            },
            _ => throw Unknown(codings),
        };
    }

    private static HttpRequestException Unknown(string[] codings) => new(
        HttpRequestError.InvalidResponse, $"The answer has the Content-Encoding '{string.Join(", ", codings)}', which nobody asked for and Bench cannot read.");
}
