using System.Text.Json;

namespace Bench.DummyAgent;

/// <summary>The little JSON that the agent prints, without a serializer's start-up.</summary>
internal static class Json
{
    public static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    public static string Array(IEnumerable<string> texts) => $"[{string.Join(',', texts.Select(Quote))}]";

    public static string Object(IEnumerable<KeyValuePair<string, string>> pairs) =>
        $"{{{string.Join(',', pairs.Select(pair => $"{Quote(pair.Key)}:{Quote(pair.Value)}"))}}}";
}
