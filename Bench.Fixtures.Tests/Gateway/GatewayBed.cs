using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Bench.Fixtures.Gateway;

namespace Bench.Fixtures.Tests.Gateway;

/// <summary>A gateway with one open route, and a client that knows its token.</summary>
internal sealed class GatewayBed : IAsyncDisposable
{
    public const string Prompt = "Say \"hello\" to the world,\nplease.";

    private GatewayBed(ModelGateway gateway, GatewayRoute route)
    {
        Gateway = gateway;
        Route = route;
        Client = new HttpClient { BaseAddress = gateway.BaseAddress };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", gateway.Token);
    }

    public ModelGateway Gateway { get; }

    public GatewayRoute Route { get; }

    public HttpClient Client { get; }

    public static GatewayOptions Options { get; } = new() { Clock = TimeProvider.System, Models = ["glm-5", "gemini-3-flash-preview"], WarmUp = false };

    public static async Task<GatewayBed> StartAsync(ScriptedAnswer? script = null, GatewayOptions? options = null, string model = "glm-5", UpstreamTarget? upstream = null)
    {
        var gateway = await ModelGateway.StartAsync(options ?? Options, TestContext.Current.CancellationToken);
        return new GatewayBed(gateway, gateway.OpenRoute(Spec(upstream is null ? script ?? Script("Hello, world!") : null, model: model, upstream: upstream)));
    }

    public static async Task<GatewayBed> StartAsync(GatewayOptions options, RouteSpec spec)
    {
        var gateway = await ModelGateway.StartAsync(options, TestContext.Current.CancellationToken);
        return new GatewayBed(gateway, gateway.OpenRoute(spec));
    }

    public static RouteSpec Spec(ScriptedAnswer? script, string job = "wf__p1", int attempt = 0, string model = "glm-5", UpstreamTarget? upstream = null) => new()
    {
        JobId = job,
        Attempt = attempt,
        PromptId = "p1",
        PromptText = Prompt,
        Model = model,
        Script = script,
        Upstream = upstream,
    };

    public static ScriptedAnswer Script(params ScriptedTurn[] turns) => new() { PromptId = "p1", Turns = turns };

    public static ScriptedAnswer Script(string text, string reasoning = "") => Script(new ScriptedTurn { Text = text, Reasoning = reasoning });

    public static ScriptedToolCall Call(string tool, params (string Name, string Value)[] arguments) =>
        new(tool, arguments.ToDictionary(a => a.Name, a => a.Value));

    /// <summary>A chat-completions request as OpenCode makes it: system prompt, prompt, what follows, tools.</summary>
    public static JsonObject OpenAiBody(bool stream = false, string model = "glm-5", IEnumerable<JsonNode>? more = null, bool tools = true)
    {
        var body = new JsonObject
        {
            ["model"] = model,
            ["stream"] = stream,
            ["messages"] = new JsonArray([Message("system", "You are an agent.\n<env>\n  Working directory: /srv/here\n</env>"), Message("user", Prompt), .. more ?? []]),
        };
        if (stream)
        {
            body["stream_options"] = new JsonObject { ["include_usage"] = true };
        }

        if (tools)
        {
            body["tools"] = new JsonArray(
                OpenAiTool("bash", ("command", "The command to execute")),
                OpenAiTool("write", ("content", "The content"), ("filePath", "The absolute path to the file to write (must be absolute, not relative)")),
                OpenAiTool("read", ("filePath", "The absolute path to the file to read")));
        }

        return body;
    }

    /// <summary>A Messages request as Claude Code makes it, with a system message after the prompt.</summary>
    public static JsonObject AnthropicBody(bool stream = false, string model = "glm-5", IEnumerable<JsonNode>? more = null) => new()
    {
        ["model"] = model,
        ["stream"] = stream,
        ["max_tokens"] = 32000,
        ["thinking"] = new JsonObject { ["type"] = "adaptive", ["display"] = "updates" },
        ["system"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = "You are an agent." }),
        ["messages"] = new JsonArray(
        [
            new JsonObject
            {
                ["role"] = "user",
                ["content"] = new JsonArray(TextPart("<system-reminder>\nContext.\n</system-reminder>"), TextPart(Prompt)),
            },
            Message("system", "# Environment\n - Primary working directory: /srv/here\n - Platform: linux"),
            .. more ?? [],
        ]),
        ["tools"] = new JsonArray(
            AnthropicTool("Bash", ("command", "The command to execute")),
            AnthropicTool("Write", ("file_path", "The absolute path to the file to write (must be absolute, not relative)"), ("content", "The content")),
            AnthropicTool("Read", ("file_path", "The absolute path to the file to read"))),
    };

    /// <summary>A generateContent request as Gemini CLI makes it, with its session context before the prompt.</summary>
    public static JsonObject GeminiBody(IEnumerable<JsonNode>? more = null) => new()
    {
        ["contents"] = new JsonArray(
        [
            new JsonObject
            {
                ["role"] = "user",
                ["parts"] = new JsonArray(
                    new JsonObject { ["text"] = "<session_context>\n- **Workspace Directories:**\n  - /srv/here\n</session_context>" },
                    new JsonObject { ["text"] = Prompt }),
            },
            .. more ?? [],
        ]),
        ["tools"] = new JsonArray(new JsonObject
        {
            ["functionDeclarations"] = new JsonArray(
                GeminiTool("run_shell_command", ("command", "Exact bash command")),
                GeminiTool("write_file", ("file_path", "Path to the file."), ("content", "The content")),
                GeminiTool("read_file", ("file_path", "The path to the file to read."))),
        }),
        ["generationConfig"] = new JsonObject { ["thinkingConfig"] = new JsonObject { ["includeThoughts"] = true } },
    };

    public static JsonObject Message(string role, string content) => new() { ["role"] = role, ["content"] = content };

    public static JsonObject TextPart(string text) => new() { ["type"] = "text", ["text"] = text };

    /// <summary>Posts below the route's base URL; returns when the headers are there.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, JsonNode body) => PostToAsync(Route.BaseUrl + path, body);

    public Task<HttpResponseMessage> PostToAsync(string url, JsonNode body, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, url, body.ToJsonString(), headers);

    /// <summary>Sends with any body and headers; a header given replaces the client's own.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string url, string? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, url);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public async Task<JsonNode> GetAsync(string url)
    {
        using var response = await SendAsync(HttpMethod.Get, url);
        return await JsonOf(response);
    }

    public static async Task<JsonNode> JsonOf(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

    /// <summary>Posts, and hangs up when the token says so.</summary>
    public async Task<HttpResponseMessage> PostUntilAsync(string path, JsonNode body, CancellationToken hangUp)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return await Client.PostAsync(new Uri(Route.BaseUrl + path), content, hangUp);
    }

    /// <summary>Posts and reads the whole answer.</summary>
    public async Task<string> TextAsync(string path, JsonNode body)
    {
        using var response = await PostAsync(path, body);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Posts and reads the whole answer as JSON.</summary>
    public async Task<JsonNode> JsonAsync(string path, JsonNode body) => JsonNode.Parse(await TextAsync(path, body))!;

    /// <summary>Posts and reads the data of all events; <c>[DONE]</c> stands as a string.</summary>
    public async Task<IReadOnlyList<JsonNode>> EventsAsync(string path, JsonNode body) => EventsOf(await TextAsync(path, body));

    public static IReadOnlyList<JsonNode> EventsOf(string stream) =>
    [
        .. stream.Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(e => e[(e.IndexOf("data: ", StringComparison.Ordinal) + "data: ".Length)..])
            .Select(d => d == "[DONE]" ? JsonValue.Create(d) : JsonNode.Parse(d)!),
    ];

    /// <summary>The route's only request, once its end is booked.</summary>
    public async Task<GatewayRequest> OnlyRequestAsync()
    {
        await Route.WaitForIdleAsync(TestContext.Current.CancellationToken);
        return Assert.Single(Route.Requests);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Route.Dispose();
        await Gateway.DisposeAsync();
    }

    private static JsonObject OpenAiTool(string name, params (string Name, string Description)[] parameters) =>
        new() { ["type"] = "function", ["function"] = new JsonObject { ["name"] = name, ["parameters"] = Schema(parameters) } };

    private static JsonObject AnthropicTool(string name, params (string Name, string Description)[] parameters) =>
        new() { ["name"] = name, ["input_schema"] = Schema(parameters) };

    private static JsonObject GeminiTool(string name, params (string Name, string Description)[] parameters) =>
        new() { ["name"] = name, ["parametersJsonSchema"] = Schema(parameters) };

    private static JsonObject Schema((string Name, string Description)[] parameters)
    {
        var properties = new JsonObject();
        foreach (var (name, description) in parameters)
        {
            properties[name] = new JsonObject { ["type"] = "string", ["description"] = description };
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = new JsonArray([.. parameters.Select(p => JsonValue.Create(p.Name))]) };
    }
}
