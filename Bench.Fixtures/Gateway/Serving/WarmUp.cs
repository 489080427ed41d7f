using System.Net.Http.Headers;
using System.Text;

namespace Bench.Fixtures.Gateway.Serving;

/// <summary>
/// Asks a gateway once in each API before it is used. The first request through cold code takes some 100 ms longer, which would be booked on the first job's model.
/// </summary>
internal static class WarmUp
{
    private const string Model = "warm-up";

    private static readonly ScriptedAnswer Script = new()
    {
        PromptId = Model,
        Turns =
        [
            new ScriptedTurn
            {
                Reasoning = "warm",
                Text = "warm",
                ToolCalls = [new ScriptedToolCall("write_file", new Dictionary<string, string> { ["path"] = "a", ["content"] = "1" })],
                Finish = ScriptedFinish.ToolCalls,
            },
            new ScriptedTurn { Text = "warm" },
        ],
    };

    private static readonly (string Path, string Body)[] Requests =
    [
        ("/v1/chat/completions", """
            {"model":"warm-up","stream":true,"stream_options":{"include_usage":true},
             "messages":[{"role":"system","content":"Working directory: /w"},{"role":"user","content":"warm up"}],
             "tools":[{"type":"function","function":{"name":"write","parameters":{"properties":{"filePath":{"description":"absolute"},"content":{}},"required":["content"]}}}]}
            """),
        ("/v1/messages", """
            {"model":"warm-up","stream":true,"thinking":{"type":"adaptive"},"system":[{"type":"text","text":"Working directory: /w"}],
             "messages":[{"role":"user","content":[{"type":"text","text":"warm up"}]},
                         {"role":"assistant","content":[{"type":"tool_use","id":"1","name":"Write","input":{}}]},
                         {"role":"user","content":[{"type":"tool_result","tool_use_id":"1","content":"12 /w/a"}]}],
             "tools":[{"name":"Write","input_schema":{"properties":{"file_path":{"description":"absolute"},"content":{}}}}]}
            """),
        ("/v1beta/models/warm-up:streamGenerateContent?alt=sse", """
            {"contents":[{"role":"user","parts":[{"text":"warm up"}]}],"generationConfig":{"thinkingConfig":{"includeThoughts":true}},
             "tools":[{"functionDeclarations":[{"name":"write_file","parametersJsonSchema":{"properties":{"file_path":{},"content":{}}}}]}]}
            """),
    ];

    public static async Task RunAsync(TimeProvider clock, Func<GatewayOptions, CancellationToken, Task<ModelGateway>> start, CancellationToken cancellationToken)
    {
        var options = new GatewayOptions { Clock = clock, Models = [Model], WarmUp = false };
        await using var gateway = await start(options, cancellationToken);
        using var route = gateway.OpenRoute(new RouteSpec { JobId = Model, Attempt = 0, PromptId = Model, PromptText = "warm up", Model = Model, Script = Script });
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var client = new HttpClient(handler);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", gateway.Token);
        foreach (var (path, body) in Requests)
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var response = await client.PostAsync(new Uri(route.BaseUrl + path), content, cancellationToken);
            await response.Content.ReadAsByteArrayAsync(cancellationToken);
        }
    }
}
