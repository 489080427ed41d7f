using System.Globalization;
using System.Text;
using System.Text.Json;
using Bench.Fixtures.Gateway.Cassettes;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Tests.Gateway;

namespace Bench.Fixtures.Tests.Redaction;

/// <summary>The closing scan finds a known secret that no text holds whole.</summary>
public sealed class PieceScannerTests
{
    private const string Secret = "qz-key/\"0123456789ab\"";

    private readonly Redactor redactor = new([new KnownSecret("K", Secret), new KnownSecret("L", "another-0123456789")]);

    public static TheoryData<string> Logs =>
    [
        """{"type":"stream_event","event":{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":@}},"session_id":"s1","uuid":"#"}""",
        """{"type":"message","timestamp":"2026-11-29T20:00:0#Z","role":"assistant","content":@,"delta":true}""",
        """{"type":"message.part.updated","properties":{"part":{"id":"prt_1","sessionID":"ses_1","type":"text"},"delta":@}}""",
        """data: {"choices":[{"index":0,"delta":{"content":@}}]}""",
    ];

    [Theory]
    [MemberData(nameof(Logs))]
    public void In_a_log_of_events_wherever_it_is_cut(string format)
    {
        for (var cut = 1; cut < Secret.Length; cut++)
        {
            using var folder = new TestFolder();
            folder.Write("raw/a.stdout.log", Lines(format, "The key is", Secret[..cut], Secret[cut..], "That is it.") + "no JSON\n");

            Assert.Equal([new RedactionFinding("raw/a.stdout.log", 3, "known-secret")], Scan(folder));
        }
    }

    [Theory]
    [MemberData(nameof(Logs))]
    public void Letter_by_letter_and_across_reads(string format)
    {
        using var folder = new TestFolder();
        var before = new string('x', 1000);
        folder.Write("a.log", Lines(format, [.. Enumerable.Repeat(before, 200), .. Secret.Select(c => $"{c}"), before]));

        Assert.Equal([new RedactionFinding("a.log", 200 + Secret.Length, "known-secret")], Scan(folder));
    }

    [Fact]
    public void In_a_cassette()
    {
        using var folder = new TestFolder();
        foreach (var kind in StreamedPieces.Kinds)
        {
            string[] pieces = ["The key is ", Secret[..7], Secret[7..] + "."];
            var chunks = pieces.Select((p, i) => new CassetteChunk(i, StreamedPieces.Event(kind, p)));
            folder.Write($"{kind}.apart.ndjson", "{}\n" + JsonSerializer.Serialize(new { chunks }) + "\n");
            folder.Write($"{kind}.together.ndjson", "{}\n" + JsonSerializer.Serialize(new { chunks = new[] { new CassetteChunk(0, string.Concat(chunks.Select(c => c.Text))) } }) + "\n");
        }

        var found = Scan(folder);

        Assert.All(found, f => Assert.Equal((2, "known-secret"), (f.Line, f.Rule)));
        Assert.Equal(2 * StreamedPieces.Kinds.Count, found.Select(f => f.File).Distinct().Count());
        Assert.Equal(2 * StreamedPieces.Kinds.Count, found.Count);
    }

    [Fact]
    public void In_a_record_over_several_lines_beside_what_a_line_holds_whole()
    {
        using var folder = new TestFolder();
        folder.Write("raw/a.json", $$"""
            {
              "job_id": "a",
              "parts": [
                "see qz-key/",
                "\"0123456789ab\" there"
              ],
              "other": "another-0123456789"
            }
            """);

        Assert.Equal([("raw/a.json", 5L), ("raw/a.json", 7L)], Scan(folder).Select(f => (f.File, f.Line)));
    }

    [Fact]
    public void Texts_of_different_places_do_not_come_together_and_expired_secrets_count_for_nothing()
    {
        using var folder = new TestFolder();
        folder.Write("a.log", """
            {"a":"qz-key/","b":"\"0123456789ab\""}
            {"index":1,"c":"qz-key/"}
            {"index":2,"c":"\"0123456789ab\""}
            {"d":"qz-key/"}
            {"d":"and"}
            {"d":"\"0123456789ab\""}
            {"e":"another-0123"}
            {"e":"456789"}
            """);

        Assert.Equal([8L], Scan(folder).Select(f => f.Line));
        Assert.Empty(redactor.ScanFolder(folder.Path, ["another-0123456789"], TestContext.Current.CancellationToken).Findings);
    }

    [Fact]
    public void Broken_lines_and_deep_ones_are_read_as_far_as_they_go()
    {
        using var folder = new TestFolder();
        folder.Write("a.log", "{\"a\":\"qz-key/\"}\n{\"a\":\"\\\"0123456789ab\\\"\",\n" + new string('[', 200) + "\n{\n\n[");
        folder.Write("b.log", "{");

        Assert.Equal([2L], Scan(folder).Select(f => f.Line));
    }

    private static string Lines(string format, params string[] pieces)
    {
        var text = new StringBuilder();
        for (var i = 0; i < pieces.Length; i++)
        {
            text.Append(format.Replace("#", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("@", JsonSerializer.Serialize(pieces[i]), StringComparison.Ordinal)).Append('\n');
        }

        return text.ToString();
    }

    private IReadOnlyList<RedactionFinding> Scan(TestFolder folder) => redactor.ScanFolder(folder.Path, TestContext.Current.CancellationToken).Findings;
}
