using System.Text.Json;

namespace Bench.Fixtures.Agents.OpenCode;

/// <summary>An error as OpenCode's events, messages and HTTP answers carry it.</summary>
/// <param name="Name">Its name, e.g. <c>APIError</c>.</param>
/// <param name="Message">Its message; null when it has none.</param>
/// <param name="Status">The HTTP status of the model request behind it; null when there is none.</param>
/// <param name="Reference">Where it stands in OpenCode's log, e.g. <c>err_0d832c53</c>; null when it explains itself.</param>
internal sealed record OpenCodeError(string Name, string? Message, int? Status, string? Reference)
{
    /// <summary>What the message of a model that OpenCode does not know begins with.</summary>
    private const string ModelNotFound = "Model not found: ";
    private const string ModelNotFoundName = "ProviderModelNotFoundError";

    /// <summary>Reads <c>{name, data:{message, statusCode, ref}}</c>, and the <c>{code, path}</c> of a connection that broke.</summary>
    public static OpenCodeError Of(JsonElement error)
    {
        var message = error.Text("data", "message") ?? error.Text("message");
        if (error.Text("name") is null && error.Text("code") is { } code)
        {
            return new OpenCodeError(code, $"{code} at {error.Text("path") ?? "an unnamed address"}", null, null);
        }

        var status = (int?)error.Number("data", "statusCode");
        return new OpenCodeError(error.Text("name") ?? "error", message, status, error.Text("data", "ref")).Named();
    }

    /// <summary>Reads <c>SomeError: its message</c>, as a log has it; a text without a name keeps the name given.</summary>
    public static OpenCodeError OfText(string text, string name)
    {
        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        return colon > 0 && text.AsSpan(0, colon).IndexOfAnyExcept(NameChars) < 0
            ? new OpenCodeError(text[..colon], text[(colon + 2)..], null, null)
            : new OpenCodeError(name, text, null, null).Named();
    }

    private static readonly System.Buffers.SearchValues<char> NameChars =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    /// <summary>On the event stream a model that is not known is an <c>UnknownError</c>; its true name stands in the message, or is given away by it.</summary>
    private OpenCodeError Named()
    {
        if (Name != "UnknownError" || Message is null)
        {
            return this;
        }

        if (Message.StartsWith(ModelNotFound, StringComparison.Ordinal))
        {
            return this with { Name = ModelNotFoundName };
        }

        return Message.StartsWith($"{ModelNotFoundName}: {ModelNotFound}", StringComparison.Ordinal)
            ? this with { Name = ModelNotFoundName, Message = FirstLine(Message[(ModelNotFoundName.Length + 2)..]) }
            : this;
    }

    private static string FirstLine(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }
}
