using System.Text.Encodings.Web;
using System.Text.Json;

namespace Bench.Cli;

/// <summary>The one JSON document that a command prints with <c>--json</c>.</summary>
internal static class CliJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>Prints the document with a line end.</summary>
    public static void Write<TDocument>(TextWriter output, TDocument document) => output.Write(JsonSerializer.Serialize(document, Options) + "\n");
}
