using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace Bench.Fixtures.Tests.Intake;

/// <summary>Samples with values replaced by what nobody expects there: other types, broken texts, names twice, great numbers and depths; and with bytes changed.</summary>
internal static class HostileJson
{
    // Raw bytes, one per character.
    private static readonly string[] Texts =
    [
        "", "\\ud83d", "\\udc00\\ud83d", "\\u0000", "\u00FF\u00FE", "\u00F0\u009F\u0098", "a\u00C3", "\\\\ud83d", "\\u00e9 \\ud83d\\ude00", "[API Error: {\\\"error\\\":{\\\"code\\\":1e30}}]",
        "[API Error: {", "error", "user", "assistant", "system", "tool", "function", "model", "text", "result", "step_finish", "stop", "tool-calls", "message_delta", "<synthetic>", "object", "enum",
    ];

    private static readonly string[] Names =
    [
        "type", "role", "content", "text", "parts", "messages", "contents", "tools", "function", "parameters", "properties", "required", "enum", "error", "code", "status", "message", "model",
        "usage", "delta", "choices", "candidates", "part", "event", "result", "modelUsage", "stats", "models", "data", "info", "time", "tokens", "state", "output", "index", "\\ud83d", "\u00FF", "",
    ];

    private static readonly string[] Others =
    [
        "null", "true", "false", "0", "-1", "0.1", "-0", "1e999", "-1e-999", "9223372036854775808", "-9223372036854775809", "99999999999999999999999999999999", "[]", "{}",
        new string('[', 70) + new string(']', 70), string.Concat(Enumerable.Repeat("{\"a\":", 300)) + "1" + new string('}', 300),
    ];

    private static readonly Gen<string> Leaf = Gen.Frequency((3, Gen.Elements(Texts).Select(t => $"\"{t}\"")), (2, Gen.Elements(Others)));

    /// <summary>Some hundred cases, the same ones every time: seconds, not minutes.</summary>
    public static Config Config { get; } = Config.QuickThrowOnFailure.WithMaxTest(400).WithEndSize(40).WithQuietOnSuccess(true)
        .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(20260301, 8191), FSharpOption<int>.None)));

    /// <summary>Changed copies of the samples; a failure is told with as few changes as it takes.</summary>
    public static Arbitrary<HostileCase> CasesOf(params IReadOnlyList<JsonNode> samples)
    {
        var texts = samples.Select(s => s.ToJsonString()).ToList();
        var change = from place in Gen.Choose(0, 10_000) from json in ValueOf(3) select new Change(place, json);
        var edit = from place in Gen.Choose(0, 1_000_000) from value in Gen.Choose(0, 255) select new Edit(place, (byte)value);
        var cases =
            from sample in Gen.Elements<string>(texts)
            from count in Gen.Choose(0, 6)
            from changes in change.ArrayOf(count)
            from edits in Gen.Frequency((4, Gen.Constant(Array.Empty<Edit>())), (1, edit.ArrayOf(2)))
            select new HostileCase(sample, changes, edits);
        return Arb.From(cases, FewerChanges);
    }

    private static IEnumerable<HostileCase> FewerChanges(HostileCase one) =>
    [
        .. one.Changes.Select((_, index) => one with { Changes = [.. one.Changes.Where((_, i) => i != index)] }),
        .. one.Edits.Select((_, index) => one with { Edits = [.. one.Edits.Where((_, i) => i != index)] }),
    ];

    private static Gen<string> ValueOf(int levels) => levels == 0 ? Leaf : Gen.Frequency(
        (3, Leaf),
        (1, ValueOf(levels - 1).ArrayOf(3).Select(items => $"[{string.Join(',', items)}]")),
        (2, MembersOf(levels - 1)));

    // A name may stand twice.
    private static Gen<string> MembersOf(int levels) =>
        from names in Gen.Elements(Names).ArrayOf(4)
        from values in ValueOf(levels).ArrayOf(4)
        select "{" + string.Join(',', names.Zip(values, (name, value) => $"\"{name}\":{value}")) + "}";
}

/// <summary>A value of the sample, by its number, and the JSON in its place, one byte per character.</summary>
internal sealed record Change(int Place, string Json);

/// <summary>A byte of the text, by its number, and another one.</summary>
internal sealed record Edit(int Place, byte Value);

/// <summary>A sample and what is changed in it.</summary>
internal sealed record HostileCase(string Sample, IReadOnlyList<Change> Changes, IReadOnlyList<Edit> Edits)
{
    /// <summary>The changed JSON; as a rule still JSON by its grammar.</summary>
    public byte[] Bytes()
    {
        var root = JsonNode.Parse(Sample)!;
        foreach (var (index, change) in Changes.Index())
        {
            var places = Places(root).ToList();
            places[change.Place % places.Count](Mark(index));
        }

        var bytes = Encoding.UTF8.GetBytes(root.ToJsonString());
        foreach (var (index, change) in Changes.Index())
        {
            bytes = Replace(bytes, Encoding.UTF8.GetBytes($"\"{Mark(index)}\""), Encoding.Latin1.GetBytes(change.Json));
        }

        foreach (var edit in Edits)
        {
            bytes[edit.Place % bytes.Length] = edit.Value;
        }

        return bytes;
    }

    public override string ToString() => Encoding.Latin1.GetString(Bytes());

    private static string Mark(int index) => string.Create(CultureInfo.InvariantCulture, $"mark-{index}-");

    private static IEnumerable<Action<string>> Places(JsonNode node) => node switch
    {
        JsonObject members => members.ToList().SelectMany(m => PlacesAt(m.Value, mark => members[m.Key] = mark)),
        JsonArray items => items.ToList().SelectMany((item, index) => PlacesAt(item, mark => items[index] = mark)),
        _ => [],
    };

    private static IEnumerable<Action<string>> PlacesAt(JsonNode? value, Action<string> set) => [set, .. value is null ? [] : Places(value)];

    private static byte[] Replace(byte[] text, byte[] mark, byte[] by)
    {
        var at = text.AsSpan().IndexOf(mark);
        return at < 0 ? text : [.. text[..at], .. by, .. text[(at + mark.Length)..]];
    }
}
