using System.Text;
using System.Text.Json;

namespace Bench.Fixtures.Intake;

/// <summary>Why and where a text is not the JSON that it should be, in words for whoever wrote it.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Column">In characters, from 1.</param>
/// <param name="Reason">What is wrong, without a full stop.</param>
internal sealed record JsonFault(int Line, int Column, string Reason)
{
    /// <summary>What an exception of a reader says; null when it does not know where.</summary>
    /// <param name="problem">The exception.</param>
    /// <param name="json">What was read: mended, without a byte-order mark.</param>
    public static JsonFault? Of(JsonException problem, ReadOnlySpan<byte> json)
    {
        if (problem is FaultyJsonException known)
        {
            return known.Fault;
        }

        if (problem.LineNumber is not { } line || problem.BytePositionInLine is not { } position)
        {
            return JsonWords.IsOfRepeatedName(problem) ? RepeatedName(json) : null;
        }

        var offset = (int)Math.Min(StartOf(json, line) + position, json.Length);
        var (reason, isOfValue) = JsonWords.Of(problem);
        var isComment = !isOfValue && offset < json.Length && json[offset] is (byte)'/' or (byte)'#';
        return At(json, isOfValue ? TokenBefore(json, offset) : offset, reason + (isComment ? ": JSON has no comments; take it out" : ""));
    }

    /// <summary>A fault at a place of the JSON.</summary>
    public static JsonFault At(ReadOnlySpan<byte> json, int offset, string reason)
    {
        var before = json[..Math.Min(offset, json.Length)];
        var start = before.LastIndexOf((byte)'\n') + 1;
        return new(before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[start..]) + 1, reason);
    }

    /// <summary>E.g. <c>line 3, column 5: '}' is an invalid start of a value</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"line {Line}, column {Column}: {Reason}");

    private static long StartOf(ReadOnlySpan<byte> json, long line)
    {
        var start = 0;
        for (; line > 0; line--)
        {
            var end = json[start..].IndexOf((byte)'\n');
            if (end < 0)
            {
                break;
            }

            start += end + 1;
        }

        return start;
    }

    // A value that does not fit is found when it has been read, so the place is behind it.
    private static int TokenBefore(ReadOnlySpan<byte> json, int offset)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                if (reader.BytesConsumed >= offset)
                {
                    return (int)reader.TokenStartIndex;
                }
            }
        }
        catch (JsonException)
        {
            // Then the place is as near as can be said.
        }

        return offset;
    }

    private static JsonFault? RepeatedName(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var names = new Stack<HashSet<string>>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    names.Push([]);
                    break;
                case JsonTokenType.EndObject:
                    names.Pop();
                    break;
                case JsonTokenType.PropertyName when reader.GetString()! is var name && !names.Peek().Add(name):
                    return At(json, (int)reader.TokenStartIndex, $"the field '{name}' stands there twice; keep one");
            }
        }

        return null;
    }
}

/// <summary>JSON with a fault whose place is known; the message is <see cref="JsonFault.ToString"/>.</summary>
internal sealed class FaultyJsonException(JsonFault fault, JsonException inner)
    : JsonException(fault.ToString(), inner.Path, inner.LineNumber, inner.BytePositionInLine, inner)
{
    /// <summary>What is wrong, and where.</summary>
    public JsonFault Fault { get; } = fault;
}
