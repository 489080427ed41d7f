using System.Text;
using System.Text.Json;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Tests.Redaction;

/// <summary>A known secret that an agent prints in pieces, an event for each, does not get into its log.</summary>
public sealed class EventLogMaskTests
{
    private const string Secret = "qz-key/\"0123456789ab\"";

    private readonly Redactor redactor = new([new KnownSecret("K", Secret)]);

    public static TheoryData<string> Formats =>
    [
        """{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":@}}}""",
        """{"type":"message","role":"assistant","content":@,"delta":true}""",
        """{"type":"message.part.delta","properties":{"sessionID":"s","partID":"p","field":"text","delta":@}}""",
        """data: {"choices":[{"index":0,"delta":{"content":@}}]}""",
    ];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Wherever_it_is_cut(string format)
    {
        for (var cut = 1; cut < Secret.Length; cut++)
        {
            var log = Log(format, "See ", Secret[..cut], Secret[cut..] + ".", $"Once more: {Secret}") + "plain qz-key\n";

            foreach (var length in (int[])[1, 33, log.Length])
            {
                var written = Through(log, length);

                Assert.DoesNotContain("0123456789", written, StringComparison.Ordinal);
                Assert.DoesNotContain(Secret[(cut < PieceMask.LeastHeld ? PieceMask.LeastHeld : 0)..], Joined(format, written), StringComparison.Ordinal);
                Assert.Contains("Once more: [REDACTED:known-secret]", written, StringComparison.Ordinal);
                Assert.EndsWith("plain qz-key\n", written, StringComparison.Ordinal);
                Assert.Equal(5, written.Split('\n').Length - 1);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Letter_by_letter_and_the_scan_at_the_end_finds_nothing(string format)
    {
        using var folder = new TestFolder();
        folder.Write("a.log", Through(Log(format, [.. $"See {Secret}, {Secret}.".Select(c => $"{c}")]), 50));

        Assert.True(redactor.ScanFolder(folder.Path, TestContext.Current.CancellationToken).IsClean);
    }

    [Fact]
    public void What_is_no_JSON_passes_at_once_and_JSON_when_its_line_is_whole()
    {
        using var inner = new MemoryStream();
        using var log = new EventLogMask(SecretMask.Of(Secret)!, inner);

        Assert.Equal("plain te", Write("plain te"));
        Assert.Equal("plain text\n", Write("xt\nd"));
        Assert.Equal("plain text\n", Write("ata: {\"a\":1"));
        Assert.Equal("plain text\ndata: {\"a\":1}\ndone", Write("}\ndone"));

        string Write(string text)
        {
            log.Write(Encoding.UTF8.GetBytes(text));
            return Encoding.UTF8.GetString(inner.ToArray());
        }
    }

    [Fact]
    public void What_is_no_secret_stays_byte_for_byte()
    {
        var log = "{\"a\":\"qz-\"}\n{\"a\":\"qz-key/\"}\n\n{\"b\":\"\\\"01\"}\r\n[\"qz-key\",\"/x\"]\n{broken \"qz-key/\ndata: 5\ndata\nx{\"a\":\"\\\"0123456789ab\\\"\"}\n\ufffe{\"a\":\"qz-key";

        foreach (var length in (int[])[1, 2, 7, 1000])
        {
            Assert.Equal(log, Through(log, length));
        }
    }

    [Fact]
    public void A_line_too_long_to_be_read_passes_as_it_comes()
    {
        using var inner = new MemoryStream();
        using var log = new EventLogMask(SecretMask.Of(Secret)!, inner);
        log.Write("{\"a\":\"qz-key/\"}\n{\"a\":\""u8);

        for (var i = 0; i < 5; i++)
        {
            log.Write(Encoding.UTF8.GetBytes(new string('x', 1024 * 1024)));
        }

        Assert.True(inner.Length > 4 * 1024 * 1024);
    }

    private static string Log(string format, params string[] pieces) =>
        string.Concat(pieces.Select(p => format.Replace("@", JsonSerializer.Serialize(p), StringComparison.Ordinal) + "\n"));

    private static string Joined(string format, string log)
    {
        var ends = format.Split('@');
        return string.Concat(log.Split('\n').Where(l => l.StartsWith(ends[0], StringComparison.Ordinal)).Select(l => JsonSerializer.Deserialize<string>(l[ends[0].Length..^ends[1].Length])));
    }

    private string Through(string log, int length)
    {
        using var inner = new MemoryStream();
        using (var stream = redactor.CreateLogStream(inner))
        {
            foreach (var piece in Encoding.UTF8.GetBytes(log).Chunk(length))
            {
                stream.Write(piece);
            }
        }

        return Encoding.UTF8.GetString(inner.ToArray());
    }
}
