using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Gateway.Cassettes;

/// <summary>
/// Makes an answer fit for a cassette: secrets out, a mark for the attempt's folder. A stream is cut into whole events first, and the texts of its events
/// are read as the one text that they are pieces of: a path or a key may be spread over several.
/// </summary>
public static class AnswerText
{
    /// <summary>Stands for the attempt's folder in the text of a chunk.</summary>
    public const string FolderMark = "{{bench:folder}}";

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The chunks to store.</summary>
    /// <param name="pieces">What was sent, with its times.</param>
    /// <param name="isStream">They are server-sent events.</param>
    /// <param name="folder">The attempt's folder; null when unknown.</param>
    /// <param name="redact">Takes secrets out of a text.</param>
    internal static IReadOnlyList<CassetteChunk> ToChunks(IReadOnlyList<(double AtMs, byte[] Bytes)> pieces, bool isStream, string? folder, Func<string, string> redact)
    {
        var events = isStream ? EventsOf(pieces) : WholeOf(pieces);
        if (isStream)
        {
            RewriteJoined(events, folder, redact);
        }

        var chunks = new List<CassetteChunk>();
        foreach (var one in events)
        {
            var text = Marked(redact(one.Text), folder);
            if (chunks is [.., var last] && last.AtMs == one.AtMs)
            {
                chunks[^1] = last with { Text = last.Text + text };
            }
            else
            {
                chunks.Add(new CassetteChunk(one.AtMs, text));
            }
        }

        return chunks;
    }

    /// <summary>The chunk's text for an attempt in this folder.</summary>
    internal static string In(string? folder, string text) =>
        folder is null ? text : text.Replace(FolderMark, JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(folder), StringComparison.Ordinal);

    private static string Marked(string text, string? folder) => folder is null ? text : text.Replace(folder, FolderMark, StringComparison.Ordinal);

    private static List<Event> WholeOf(IReadOnlyList<(double AtMs, byte[] Bytes)> pieces) =>
        pieces.Count == 0 ? [] : [new Event { AtMs = pieces[^1].AtMs, Text = Encoding.UTF8.GetString([.. pieces.SelectMany(p => p.Bytes)]) }];

    // An event is there when its last byte is.
    private static List<Event> EventsOf(IReadOnlyList<(double AtMs, byte[] Bytes)> pieces)
    {
        var events = new List<Event>();
        var decoder = Encoding.UTF8.GetDecoder();
        var open = new StringBuilder();
        foreach (var (atMs, bytes) in pieces)
        {
            var chars = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
            foreach (var c in chars.AsSpan(0, decoder.GetChars(bytes, chars, flush: false)))
            {
                open.Append(c);
                if (c == '\n' && EndsEvent(open))
                {
                    events.Add(new Event { AtMs = atMs, Text = open.ToString() });
                    open.Clear();
                }
            }
        }

        if (open.Length > 0)
        {
            events.Add(new Event { AtMs = pieces[^1].AtMs, Text = open.ToString() });
        }

        return events;
    }

    private static bool EndsEvent(StringBuilder text) =>
        text.Length >= 2 && (text[^2] == '\n' || (text.Length >= 4 && text[^2] == '\r' && text[^3] == '\n'));

    private static void RewriteJoined(List<Event> events, string? folder, Func<string, string> redact)
    {
        // What every event repeats (an id, a type) is no text in pieces.
        var texts = events.SelectMany(e => e.Leaves()).GroupBy(l => l.Path, StringComparer.Ordinal).Select(g => g.ToList()).Where(g => g.Exists(l => l.Text != g[0].Text));
        foreach (var pieces in texts.ToList())
        {
            MarkFolder(pieces, folder);
            Redact(pieces, redact);
        }

        events.ForEach(e => e.Settle());
    }

    // The mark stands where the path began; the pieces keep their places in time.
    private static void MarkFolder(List<Leaf> pieces, string? folder)
    {
        if (folder is null)
        {
            return;
        }

        var joined = string.Concat(pieces.Select(p => p.Text));
        for (var at = joined.LastIndexOf(folder, StringComparison.Ordinal); at >= 0; at = at == 0 ? -1 : joined.LastIndexOf(folder, at - 1, StringComparison.Ordinal))
        {
            Replace(pieces, at, folder.Length, FolderMark);
        }
    }

    private static void Replace(List<Leaf> pieces, int at, int length, string mark)
    {
        var start = 0;
        foreach (var piece in pieces)
        {
            var end = start + piece.Text.Length;
            var from = Math.Max(at, start);
            var to = Math.Min(at + length, end);
            if (from < to)
            {
                piece.Text = piece.Text[..(from - start)] + (from == at ? mark : "") + piece.Text[(to - start)..];
            }

            start = end;
        }
    }

    // Rare, so no care for the pace: what follows the first difference comes with it.
    private static void Redact(List<Leaf> pieces, Func<string, string> redact)
    {
        var joined = string.Concat(pieces.Select(p => p.Text));
        var clean = redact(joined);
        if (clean == joined)
        {
            return;
        }

        var same = joined.AsSpan().CommonPrefixLength(clean);
        var start = 0;
        var isWritten = false;
        foreach (var piece in pieces)
        {
            var end = start + piece.Text.Length;
            if (end > same)
            {
                piece.Text = isWritten ? "" : clean[start..];
                isWritten = true;
            }

            start = end;
        }
    }

    /// <summary>One server-sent event.</summary>
    private sealed class Event
    {
        private const string Data = "data:";
        private JsonNode? node;
        private bool isChanged;

        public required double AtMs { get; init; }

        public required string Text { get; set; }

        /// <summary>The texts in the event's JSON; none where its data is no JSON on one line.</summary>
        public IEnumerable<Leaf> Leaves()
        {
            var lines = Text.Split('\n').Where(l => l.StartsWith(Data, StringComparison.Ordinal)).ToList();
            try
            {
                node = lines is [var line] ? OutsideJson.ParseNode(line[Data.Length..]) : null;
            }
            catch (JsonException)
            {
                // "[DONE]", or half an event at the end of a broken answer.
                node = null;
            }

            return LeavesOf(node, "");
        }

        /// <summary>Writes changed texts back.</summary>
        public void Settle()
        {
            if (isChanged)
            {
                Text = string.Join('\n', Text.Split('\n').Select(l => l.StartsWith(Data, StringComparison.Ordinal) ? $"{Data} {node!.ToJsonString(Relaxed)}" : l));
            }
        }

        private IEnumerable<Leaf> LeavesOf(JsonNode? at, string path) => at switch
        {
            JsonObject members => members.ToList().SelectMany(m => LeavesOf(m.Value, $"{path}{IndexOf(members)}.{m.Key}")),
            JsonArray items => items.ToList().SelectMany((item, index) => LeavesOf(item, FormattableString.Invariant($"{path}[{index}]"))),
            JsonValue value when value.TryGetValue<string>(out var text) => [new Leaf(path, text, SetterOf(value))],
            _ => [],
        };

        // Pieces of several blocks or calls come under one name, told apart by a number beside it.
        private static string IndexOf(JsonObject members) => members["index"] is JsonValue index ? $"#{index.ToJsonString()}" : "";

        private Action<string> SetterOf(JsonNode current) => text =>
        {
            var next = JsonValue.Create(text);
            current.ReplaceWith(next);
            current = next;
            isChanged = true;
        };
    }

    /// <summary>A text in an event.</summary>
    private sealed class Leaf(string path, string text, Action<string> set)
    {
        private string current = text;

        public string Path { get; } = path;

        public string Text
        {
            get => current;
            set
            {
                if (current != value)
                {
                    current = value;
                    set(value);
                }
            }
        }
    }
}
