using System.Text.Json;
using Bench.Fixtures.Gateway.Protocols;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Gateway.Serving;

/// <summary>Reads model requests as they came over the wire.</summary>
internal static class ModelRequests
{
    private static readonly JsonDocumentOptions JsonOptions = new() { MaxDepth = 256 };

    /// <summary>The request, or why it is none, in words for whoever sent it.</summary>
    /// <param name="api">The API in which it was asked.</param>
    /// <param name="body">Its body.</param>
    /// <param name="pathModel">The model named in the path, where the API does that.</param>
    /// <param name="pathStreams">The path asks for a stream, where the API does that.</param>
    public static (ModelCall? Call, string? Problem) Read(ModelApi api, byte[] body, string? pathModel, bool pathStreams)
    {
        try
        {
            using var document = OutsideJson.Parse(body, out var wasMended, JsonOptions);
            var call = ModelProtocols.Of(api).Read(document.RootElement, pathModel, pathStreams);

            // The document's memory goes back to its pool.
            return (call with { WasMended = wasMended, JsonSchema = call.JsonSchema?.Clone() }, null);
        }
        catch (ModelCallException exception)
        {
            return (null, exception.Message);
        }
        catch (JsonException)
        {
            return (null, "The body is not valid JSON.");
        }
    }
}
