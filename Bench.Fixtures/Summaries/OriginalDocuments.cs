using Bench.Fixtures.Records;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Summaries;

/// <summary>
/// What the derived documents of a run owe to one that Bench did not write: the original's own stay, as <c>.original</c> beside the new ones, and
/// what is copied from its records is redacted, which nobody has done yet.
/// </summary>
internal static class OriginalDocuments
{
    private const string Suffix = ".original";
    private const int LongestHead = 256;

    /// <summary>Whether another program wrote the run.</summary>
    public static bool IsOriginal(ManifestHeader manifest) => manifest.SchemaVersion is null;

    /// <summary>Copies documents that Bench did not write, once.</summary>
    /// <param name="json">The document that tells who wrote them.</param>
    /// <param name="others">Those that were written with it.</param>
    public static void Keep(string json, params IEnumerable<string> others)
    {
        if (IsOwn(json))
        {
            return;
        }

        foreach (var path in others.Prepend(json).Where(path => File.Exists(path) && !File.Exists(path + Suffix)))
        {
            File.Copy(path, path + Suffix);
        }
    }

    /// <summary>Redacts a file in its place, by the rules alone.</summary>
    public static void Redact(string path, CancellationToken cancellationToken)
    {
        var redacted = AtomicFile.TemporaryFor(path);
        using (var input = File.OpenRead(path))
        using (var output = new Redactor([]).CreateStream(new FileStream(redacted, FileMode.CreateNew, FileAccess.Write)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            input.CopyTo(output);
        }

        File.Move(redacted, path, overwrite: true);
    }

    // Bench's documents begin with their version; one that is not there is nobody's.
    private static bool IsOwn(string json)
    {
        if (!File.Exists(json))
        {
            return true;
        }

        using var file = File.OpenRead(json);
        Span<byte> head = stackalloc byte[LongestHead];
        return head[..file.ReadAtLeast(head, LongestHead, throwOnEndOfStream: false)].IndexOf("\"schema_version\""u8) >= 0;
    }
}
