using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.OpenCode;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Servers;

/// <summary>The calls of an OpenCode server's HTTP API that the lanes need. Safe for many jobs at once.</summary>
internal sealed class OpenCodeClient : IDisposable
{
    /// <summary>The server's name for its only user.</summary>
    public const string UserName = "opencode";

    /// <summary>Right after its port opens the server can accept a request and never answer it; a busy one takes seconds.</summary>
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(60);

    private readonly SocketsHttpHandler handler = new() { UseProxy = false, AllowAutoRedirect = false };
    private readonly HttpClient http;

    public OpenCodeClient(Uri baseAddress, string password)
    {
        http = new HttpClient(handler, disposeHandler: false)
        {
            BaseAddress = baseAddress,
            Timeout = CallLimit,
            DefaultRequestHeaders = { Authorization = Authorization(password) },
        };
    }

    /// <summary>The header that the server wants on every path.</summary>
    public static AuthenticationHeaderValue Authorization(string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{UserName}:{password}")));

    /// <summary>The version of the server that answers, which says of itself that it is healthy.</summary>
    public async Task<string> GetHealthyVersionAsync(CancellationToken cancellationToken)
    {
        using var answer = await CallAsync(HttpMethod.Get, "global/health", null, cancellationToken);
        return answer.RootElement.IsTrue("healthy") && answer.RootElement.Text("version") is { } version
            ? version
            : throw new OpenCodeApiException("GET global/health", HttpStatusCode.OK, null, $"it answered '{answer.RootElement.GetRawText()}'.");
    }

    /// <summary>Creates a session that may do anything in its directory, and never asks: a question would wait for ever. Returns its id.</summary>
    public async Task<string> CreateSessionAsync(string directory, string title, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["title"] = title,

            // The last rule that matches wins.
            ["permission"] = new JsonArray(Rule("*", "allow"), Rule("question", "deny")),
        };
        using var answer = await CallAsync(HttpMethod.Post, $"session?directory={Uri.EscapeDataString(directory)}", body, cancellationToken);
        return answer.RootElement.Text("id") ?? throw new OpenCodeApiException("POST session", HttpStatusCode.OK, null, "its answer has no id.");
    }

    /// <summary>Hands a prompt over and returns at once. The model is always named: without one the server's default model would answer.</summary>
    public async Task SubmitAsync(string sessionId, string directory, OpenCodeModel model, string prompt, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["model"] = new JsonObject { ["providerID"] = model.ProviderId, ["modelID"] = model.ModelId },
            ["parts"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = prompt }),
        };
        using var answer = await CallAsync(HttpMethod.Post, $"session/{sessionId}/prompt_async?directory={Uri.EscapeDataString(directory)}", body, cancellationToken);
    }

    /// <summary>All messages of a session, oldest first.</summary>
    public async Task<IReadOnlyList<OpenCodeMessage>> GetMessagesAsync(string sessionId, CancellationToken cancellationToken)
    {
        using var answer = await CallAsync(HttpMethod.Get, $"session/{sessionId}/message", null, cancellationToken);
        return OpenCodeMessage.ListOf(answer.RootElement);
    }

    /// <summary>Whether the session is at work. False also for a moment after a prompt was handed over.</summary>
    public async Task<bool> IsBusyAsync(string sessionId, string directory, CancellationToken cancellationToken)
    {
        using var answer = await CallAsync(HttpMethod.Get, $"session/status?directory={Uri.EscapeDataString(directory)}", null, cancellationToken);
        return answer.RootElement.Child(sessionId) is not null;
    }

    /// <summary>The models that the server knows, as <c>provider/model</c>.</summary>
    public async Task<IReadOnlyList<string>> GetModelsAsync(string directory, CancellationToken cancellationToken)
    {
        using var answer = await CallAsync(HttpMethod.Get, $"config/providers?directory={Uri.EscapeDataString(directory)}", null, cancellationToken);
        return
        [
            .. from provider in answer.RootElement.Items("providers")
               from model in provider.Fields("models")
               select new OpenCodeModel(provider.Text("id") ?? "", model.Name).ToString(),
        ];
    }

    /// <summary>Stops what the session does, its tools included.</summary>
    public async Task AbortAsync(string sessionId, CancellationToken cancellationToken)
    {
        using var answer = await CallAsync(HttpMethod.Post, $"session/{sessionId}/abort", null, cancellationToken);
    }

    /// <summary>Deletes a session. One that is at work goes on: abort it first.</summary>
    public async Task DeleteSessionAsync(string sessionId, CancellationToken cancellationToken)
    {
        using var answer = await CallAsync(HttpMethod.Delete, $"session/{sessionId}", null, cancellationToken);
    }

    /// <summary>Frees what the server keeps for a directory: 40 to 80 MB and threads.</summary>
    public async Task DisposeInstanceAsync(string directory, CancellationToken cancellationToken)
    {
        using var answer = await CallAsync(HttpMethod.Post, $"instance/dispose?directory={Uri.EscapeDataString(directory)}", null, cancellationToken);
    }

    public void Dispose()
    {
        http.Dispose();
        handler.Dispose();
    }

    private static JsonObject Rule(string permission, string action) =>
        new() { ["permission"] = permission, ["pattern"] = "*", ["action"] = action };

    private async Task<JsonDocument> CallAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        var call = $"{method} {path}";
        try
        {
            using var request = new HttpRequestMessage(method, path);
            if (body is not null)
            {
                request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            }

            using var response = await http.SendAsync(request, cancellationToken);
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return Read(call, response, bytes);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or ObjectDisposedException)
        {
            throw new OpenCodeApiException(call, null, null, $"the connection failed ({exception.Message}).", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OpenCodeApiException(
                call, null, null, string.Create(CultureInfo.InvariantCulture, $"no answer within {CallLimit.TotalSeconds} s."), exception);
        }
    }

    private static JsonDocument Read(string call, HttpResponseMessage response, byte[] body)
    {
        if (response.StatusCode == HttpStatusCode.NoContent)
        {
            return OutsideJson.Parse("{}");
        }

        // A route that the server does not know is answered by its web page, with status 200.
        if (response.IsSuccessStatusCode && response.Content.Headers.ContentType?.MediaType != "application/json")
        {
            throw new OpenCodeApiException(call, response.StatusCode, null, $"it answered '{response.Content.Headers.ContentType}' and no JSON: this version may lack the route.");
        }

        var document = Parse(call, response.StatusCode, body);
        if (response.IsSuccessStatusCode)
        {
            return document;
        }

        using (document)
        {
            var error = OpenCodeError.Of(document.RootElement);
            throw new OpenCodeApiException(call, response.StatusCode, error.Name, $"HTTP {(int)response.StatusCode}, {error.Name}: {error.Message}");
        }
    }

    private static JsonDocument Parse(string call, HttpStatusCode status, byte[] body)
    {
        try
        {
            return body.Length == 0 ? OutsideJson.Parse("{}") : OutsideJson.Parse(body);
        }
        catch (JsonException exception)
        {
            throw new OpenCodeApiException(call, status, null, $"HTTP {(int)status} with a body that is no JSON.", exception);
        }
    }
}
