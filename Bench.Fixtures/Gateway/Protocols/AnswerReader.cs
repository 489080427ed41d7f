using System.Text.Json;

namespace Bench.Fixtures.Gateway.Protocols;

/// <summary>Reads what a provider's answer says about itself: model, tokens, finish reason. One per answer.</summary>
internal abstract class AnswerReader
{
    private const int LongestName = 64;
    private const int LongestMessage = 500;

    /// <summary>The model that answers; null when the answer names none, or one without a name.</summary>
    public string? Model
    {
        get;
        protected set => field = string.IsNullOrWhiteSpace(value) ? field : value;
    }

    public string? FinishReason { get; protected set; }

    public long? Input { get; protected set; }

    public long? Output { get; protected set; }

    public long? Cached { get; protected set; }

    public long? Reasoning { get; protected set; }

    /// <summary>Text, reasoning or a tool call has come.</summary>
    public bool HasToken { get; protected set; }

    /// <summary>The name of an error inside the answer; null when there was none.</summary>
    public string? ErrorName { get; private set; }

    /// <summary>The answer holds an error object, named or not.</summary>
    public bool HasError { get; private set; }

    /// <summary>The answer holds an error in the shape of a model API: an object.</summary>
    public bool HasErrorObject { get; private set; }

    /// <summary>The message of an error inside the answer, cut; null when there was none.</summary>
    public string? ErrorMessage { get; private set; }

    /// <summary>Something of a model has come.</summary>
    public bool HasAnswer => HasToken || Model is not null || FinishReason is not null;

    /// <summary>The code of an object that is no answer and no error of a model API: <c>1113</c> of <c>{"code":1113,"msg":"…"}</c>.</summary>
    public string? OtherCode { get; private set; }

    /// <summary>What such an object says, cut.</summary>
    public string? OtherMessage { get; private set; }

    /// <summary>One event of a stream, or the whole document.</summary>
    public void Read(JsonElement document)
    {
        if (document.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in document.EnumerateArray())
            {
                Read(item);
            }

            return;
        }

        if (document.Member("error") is { } error)
        {
            HasError = true;
            HasErrorObject |= error.ValueKind == JsonValueKind.Object;
            ErrorName ??= NameOf(error);
            ErrorMessage ??= MessageIn(error) ?? Cut(((JsonElement?)error).Text());
        }

        OtherCode ??= NameIn(document.Member("code"));
        OtherMessage ??= MessageIn(document);

        ReadObject(document);
    }

    protected abstract void ReadObject(JsonElement document);

    /// <summary>The most telling name of an error: its status word, else its code, else its type; numbers only when there is nothing else.</summary>
    private static string? NameOf(JsonElement error)
    {
        var code = error.Member("code");
        string?[] candidates = [error.Member("status").Text(), code.Text(), error.Member("type").Text(), ((JsonElement?)error).Text()];
        return candidates.FirstOrDefault(IsWord)
            ?? candidates.FirstOrDefault(IsName)
            ?? code.Number()?.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string? NameIn(JsonElement? code) =>
        code.Text() is { } text ? IsName(text) ? text : null : code.Number()?.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string? MessageIn(JsonElement said) => Cut(said.Member("message").Text() ?? said.Member("msg").Text() ?? said.Member("detail").Text());

    private static string? Cut(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Length <= LongestMessage ? text : text[..LongestMessage];

    // Names go to the books, so they must be names: free text could carry parts of a prompt.
    private static bool IsName(string? text) =>
        text is { Length: > 0 and <= LongestName } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');

    private static bool IsWord(string? text) => IsName(text) && !text!.All(char.IsAsciiDigit);
}
