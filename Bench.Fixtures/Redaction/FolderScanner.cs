using System.Text;

namespace Bench.Fixtures.Redaction;

/// <summary>Reads all files of a folder through the redaction engine and notes where it would replace something.</summary>
internal sealed class FolderScanner(Redactor redactor, RuleIndex index, IReadOnlyList<byte[]> expired)
{
    /// <summary>The most bytes of one file that are searched; holes of a sparse file count for nothing.</summary>
    internal const long MostBytes = 4L * 1024 * 1024 * 1024;

    private readonly SecretMask? mask = SecretMask.Of(redactor.KnownValues.Where(v => !expired.Any(e => e.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(v)))));
    private readonly List<RedactionFinding> findings = [];
    private readonly List<UnsearchedFile> unsearched = [];
    private int files;
    private long bytes;

    public RedactionScan Scan(string folder, CancellationToken cancellationToken)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = false, AttributesToSkip = 0, IgnoreInaccessible = false };
        var root = new DirectoryInfo(folder);
        if (!root.Exists)
        {
            throw new DirectoryNotFoundException($"'{folder}' does not exist.");
        }

        Try(".", () => ScanInside(root, root.FullName, options, cancellationToken));
        return new RedactionScan { Findings = findings, Unsearched = unsearched, Files = files, Bytes = bytes };
    }

    private void ScanInside(DirectoryInfo folder, string root, EnumerationOptions options, CancellationToken cancellationToken)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos("*", options).OrderBy(e => e.Name, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = Path.GetRelativePath(root, entry.FullName).Replace('\\', '/');
            Try(name, () => Visit(entry, name, root, options, cancellationToken));
        }
    }

    // Nothing that an agent leaves ends the search of the rest.
    private void Try(string name, Action search)
    {
        try
        {
            search();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            unsearched.Add(new(redactor.Redact(name), WhyOf(problem, name)));
        }
    }

    // A byte that is no UTF-8 is this character in the name that .NET gives, under which there is no file.
    private static string WhyOf(Exception problem, string name) => problem switch
    {
        PathTooLongException or ArgumentException => "its path is longer than the system takes",
        FileNotFoundException or DirectoryNotFoundException => name.Contains('\uFFFD', StringComparison.Ordinal) ? "its name is not UTF-8" : "it was gone when it was to be read",
        UnauthorizedAccessException => "this account may not read it",
        _ => "reading it failed",
    };

    private void Visit(FileSystemInfo entry, string name, string root, EnumerationOptions options, CancellationToken cancellationToken)
    {
        ScanName(entry.Name, name);
        if (entry is DirectoryInfo directory)
        {
            if (directory.LinkTarget is null)
            {
                ScanInside(directory, root, options, cancellationToken);
            }
        }
        else if (entry is FileInfo { LinkTarget: null, Length: var length })
        {
            // Pipes and sockets have no length, and opening a pipe would wait for a writer.
            files++;
            if (length > 0)
            {
                ScanFile(entry.FullName, redactor.Redact(name), length, cancellationToken);
            }
        }
    }

    private void ScanName(string ownName, string name)
    {
        var sink = new FindingSink(redactor.Redact(name), findings, expired, isName: true);
        new RedactionEngine(index).Process(Encoding.UTF8.GetBytes(ownName), isFinal: true, sink);
        sink.End();
    }

    private void ScanFile(string path, string shownName, long length, CancellationToken cancellationToken)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var engine = new RedactionEngine(index);
        var sink = new FindingSink(shownName, findings, expired, isName: false);
        var pieces = mask is null ? null : new PieceScanner(mask);
        var known = findings.Count;
        var left = MostBytes;
        foreach (var (start, end) in FileExtents.Of(file, length))
        {
            // What stands before a hole and what stands behind it are no one text.
            engine.Process(start > 0 ? "\0"u8 : [], isFinal: false, sink);
            file.Seek(start, SeekOrigin.Begin);
            left -= ScanBytes(file, Math.Min(end - start, left), engine, sink, pieces, cancellationToken);
        }

        engine.Process([], isFinal: true, sink);
        sink.End();
        pieces?.End();
        AddPieces(shownName, pieces?.Lines ?? [], known);
        if (left == 0)
        {
            unsearched.Add(new(shownName, FormattableString.Invariant($"it has {length} bytes, of which the first {MostBytes} were searched")));
        }
    }

    // In order of the lines, as all findings of a file.
    private void AddPieces(string file, IReadOnlyCollection<long> lines, int from)
    {
        if (lines.Count > 0)
        {
            var all = findings[from..].Concat(lines.Select(l => new RedactionFinding(file, l, RedactionRules.KnownSecretId))).OrderBy(f => f.Line).ToList();
            findings.RemoveRange(from, findings.Count - from);
            findings.AddRange(all);
        }
    }

    // What is appended meanwhile is not waited for.
    private long ScanBytes(FileStream file, long most, RedactionEngine engine, FindingSink sink, PieceScanner? pieces, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        var read = 0L;
        while (read < most && file.Read(buffer, 0, (int)Math.Min(buffer.Length, most - read)) is var count and > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            engine.Process(buffer.AsSpan(0, count), isFinal: false, sink);
            pieces?.Feed(buffer.AsSpan(0, count));
            read += count;
        }

        bytes += read;
        return read;
    }

    /// <summary>Counts lines and notes marks.</summary>
    private sealed class FindingSink(string file, List<RedactionFinding> findings, IReadOnlyList<byte[]> expired, bool isName) : IRedactionSink
    {
        // Room for an expired value and the word before it, e.g. "Bearer".
        private const int LongestRead = 512;

        private readonly List<byte> secret = [];
        private long line = isName ? 0 : 1;
        private RedactionFinding? open;

        public void Copy(ReadOnlySpan<byte> clean)
        {
            End();
            Count(clean);
        }

        public void Mark(string ruleId, ReadOnlySpan<byte> marker)
        {
            End();
            open = new RedactionFinding(file, line, ruleId);
        }

        public void Drop(ReadOnlySpan<byte> secret)
        {
            if (expired.Count > 0 && this.secret.Count <= LongestRead)
            {
                this.secret.AddRange(secret);
            }

            Count(secret);
        }

        /// <summary>The secret that began last is over.</summary>
        public void End()
        {
            if (open is not null && !IsExpired())
            {
                findings.Add(open);
            }

            open = null;
            secret.Clear();
        }

        // What is left of it is too short to be another secret.
        private bool IsExpired() => secret.Count <= LongestRead && expired.Any(e => secret.Count - e.Length is >= 0 and < Redactor.MinSecretLength && Holds(e));

        private bool Holds(byte[] value) => secret.ToArray().AsSpan().IndexOf(value) >= 0;

        private void Count(ReadOnlySpan<byte> text) => line += isName ? 0 : System.MemoryExtensions.Count(text, (byte)'\n');
    }
}
