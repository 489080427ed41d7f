using System.Text;

namespace Bench.Fixtures.Redaction;

/// <summary>
/// Replaces secrets by <c>[REDACTED:rule]</c>: the exact values that it is told, also escaped for JSON and URLs and in base64,
/// and what <see cref="RedactionRules"/> recognise. Names before a value stay. Immutable and safe to share.
/// Redacting twice changes nothing, and JSON stays JSON.
/// </summary>
public sealed class Redactor
{
    /// <summary>The least length of a known secret's value: shorter ones would blank out ordinary text.</summary>
    public const int MinSecretLength = 8;

    private readonly KnownSecret[] secrets;
    private readonly RuleIndex index;
    private readonly Lazy<SecretMask?> mask;

    /// <summary>Creates a redactor.</summary>
    /// <param name="secrets">Every secret that Bench was given or passes on.</param>
    /// <exception cref="BenchUsageException">Values are shorter than <see cref="MinSecretLength"/>.</exception>
    public Redactor(IEnumerable<KnownSecret> secrets)
    {
        this.secrets = [.. secrets.Select(s => s with { Value = s.Value.Trim() })];
        string[] problems =
        [
            .. this.secrets.Where(s => s.Value.Length < MinSecretLength).Select(s =>
                $"Secret '{s.Name}' has {s.Value.Length} characters, fewer than {MinSecretLength}: removing it from the logs would also remove ordinary text. Use a longer one, or leave '{s.Name}' unset."),
        ];
        if (problems.Length > 0)
        {
            throw new BenchUsageException(problems);
        }

        index = new RuleIndex([.. this.secrets.SelectMany(s => SecretForms.Of(s.Value)).DistinctBy(Convert.ToBase64String)]);
        mask = new Lazy<SecretMask?>(() => SecretMask.Of(KnownValues));
    }

    /// <summary>The values of the secrets that it was told.</summary>
    internal IReadOnlyList<string> KnownValues => [.. secrets.Select(s => s.Value)];

    /// <summary>A redactor that knows these secrets too.</summary>
    /// <exception cref="BenchUsageException">Values are shorter than <see cref="MinSecretLength"/>.</exception>
    public Redactor With(params IEnumerable<KnownSecret> more) => new([.. secrets, .. more]);

    /// <summary>The text without secrets; the same instance when there were none.</summary>
    public string Redact(string text)
    {
        var sink = new BufferSink();
        new RedactionEngine(index).Process(Encoding.UTF8.GetBytes(text), isFinal: true, sink);
        return sink.HasMarks ? Encoding.UTF8.GetString(sink.Written) : text;
    }

    /// <summary>
    /// A write-only stream that redacts what passes through it. Other bytes pass unchanged, whatever their encoding, as soon as no secret
    /// can begin among them; disposing writes the rest. Not safe for concurrent writers.
    /// </summary>
    /// <param name="inner">Where the redacted bytes go.</param>
    /// <param name="leaveOpen">Whether disposing leaves <paramref name="inner"/> open.</param>
    public Stream CreateStream(Stream inner, bool leaveOpen = false) => new RedactingStream(index, inner, leaveOpen);

    /// <summary>The same for a log: known secrets that its events hold only in pieces, a line for each, are covered by asterisks.</summary>
    /// <param name="inner">Where the redacted bytes go; closed with the stream.</param>
    internal Stream CreateLogStream(Stream inner)
    {
        var redacting = CreateStream(inner);
        return mask.Value is null ? redacting : new EventLogMask(mask.Value, redacting);
    }

    /// <summary>Copies a stream without its secrets; what is decided is written at once.</summary>
    /// <param name="input">Where the bytes come from.</param>
    /// <param name="output">Where the redacted bytes go.</param>
    /// <param name="cancellationToken">Ends the copying.</param>
    /// <returns>How many secrets each rule found, by its id; rules without a finding are left out.</returns>
    public async Task<IReadOnlyDictionary<string, long>> CopyAsync(Stream input, Stream output, CancellationToken cancellationToken)
    {
        const int chunk = 64 * 1024;
        var engine = new RedactionEngine(index);
        var sink = new BufferSink();
        var buffer = new byte[chunk];
        int count;
        do
        {
            count = await input.ReadAsync(buffer, cancellationToken);
            engine.Process(buffer.AsSpan(0, count), isFinal: count == 0, sink);
            await output.WriteAsync(sink.WrittenMemory, cancellationToken);
            await output.FlushAsync(cancellationToken);
            sink.Clear();
        }
        while (count > 0);
        return sink.Marks;
    }

    /// <summary>Looks for secrets in all files below a folder and in their names. Links are not followed.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public RedactionScan ScanFolder(string folder, CancellationToken cancellationToken) => ScanFolder(folder, [], cancellationToken);

    /// <summary>The same, without secrets that have lost their worth.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="expired">Values that open nothing any more; a finding that is nothing but one of them is none.</param>
    /// <param name="cancellationToken">Ends the scan.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    public RedactionScan ScanFolder(string folder, IReadOnlyList<string> expired, CancellationToken cancellationToken) =>
        new FolderScanner(this, index, [.. expired.Select(Encoding.UTF8.GetBytes)]).Scan(folder, cancellationToken);
}
