namespace Bench.Fixtures.Redaction;

/// <summary>A secret found in a file. It never holds the secret's value.</summary>
/// <param name="File">Path below the scanned folder, with forward slashes, redacted itself.</param>
/// <param name="Line">Line number from 1; 0 when the file's name holds the secret.</param>
/// <param name="Rule">Id of the rule that found it; see <see cref="RedactionRules"/>.</param>
public sealed record RedactionFinding(string File, long Line, string Rule);

/// <summary>A file that was not searched whole.</summary>
/// <param name="File">Path below the scanned folder, with forward slashes, redacted; <c>.</c> is the folder itself.</param>
/// <param name="Why">What it is that kept it from being searched, e.g. <c>its name is not UTF-8</c>.</param>
public sealed record UnsearchedFile(string File, string Why);

/// <summary>What a scan of a folder found.</summary>
public sealed record RedactionScan
{
    /// <summary>Every secret found, folder by folder, by name and line.</summary>
    public required IReadOnlyList<RedactionFinding> Findings { get; init; }

    /// <summary>Files and folders that could not be read, or not to their end, with the reason; a scan that skipped a file proves nothing about it.</summary>
    public required IReadOnlyList<UnsearchedFile> Unsearched { get; init; }

    /// <summary>Number of files looked at; links are not.</summary>
    public required int Files { get; init; }

    /// <summary>Number of bytes read.</summary>
    public required long Bytes { get; init; }

    /// <summary>Nothing was found and every file was read.</summary>
    public bool IsClean => Findings.Count == 0 && Unsearched.Count == 0;
}
