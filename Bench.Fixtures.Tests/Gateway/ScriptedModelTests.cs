using System.Net;
using System.Text.Json.Nodes;
using Bench.Fixtures.Gateway;
using Bench.Fixtures.Gateway.Scripting;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

public sealed class ScriptedModelTests
{
    private const string Path = "/v1/chat/completions";

    private static readonly ScriptedAnswer TwoTurns = Script(
        new ScriptedTurn { Text = "I look.", ToolCalls = [Call("shell", ("command", "ls"))], Finish = ScriptedFinish.ToolCalls },
        new ScriptedTurn { Text = "There it is." });

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Each_request_gets_the_turn_that_its_conversation_has_reached()
    {
        await using var bed = await StartAsync(TwoTurns);

        var first = await bed.JsonAsync(Path, OpenAiBody());
        var second = await bed.JsonAsync(Path, OpenAiBody(more: AfterFirstTurn()));

        Assert.Equal("I look.", TextOf(first));
        Assert.Equal("There it is.", TextOf(second));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_repeated_request_gets_the_same_answer()
    {
        await using var bed = await StartAsync(TwoTurns);

        var once = await bed.JsonAsync(Path, OpenAiBody(more: AfterFirstTurn()));
        var again = await bed.JsonAsync(Path, OpenAiBody(more: AfterFirstTurn()));

        Assert.Equal(once["choices"]!.ToJsonString(), again["choices"]!.ToJsonString());
        Assert.Equal(once["usage"]!.ToJsonString(), again["usage"]!.ToJsonString());
        Assert.Equal((string?)once["id"], (string?)again["id"]);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Past_its_end_the_script_says_its_last_turn_again()
    {
        await using var bed = await StartAsync(TwoTurns);

        var answer = await bed.JsonAsync(Path, OpenAiBody(more: [.. AfterFirstTurn(), Message("assistant", "There it is."), Message("user", "Go on.")]));

        Assert.Equal("There it is.", TextOf(answer));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_changed_prompt_is_refused_and_named()
    {
        await using var bed = await StartAsync();
        var body = OpenAiBody();
        body["messages"]![1]!["content"] = "\"" + Prompt.Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

        using var response = await bed.PostAsync(Path, body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("'p1'", (string?)(await JsonOf(response))["error"]!["message"], StringComparison.Ordinal);
        Assert.Equal("prompt_not_found", (await bed.OnlyRequestAsync()).Error);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_tool_that_the_agent_does_not_offer_is_refused_with_what_it_offers()
    {
        await using var bed = await StartAsync(TwoTurns);
        var body = OpenAiBody();
        body["tools"]!.AsArray().RemoveAt(0);

        using var response = await bed.PostAsync(Path, body);

        var message = (string?)(await JsonOf(response))["error"]!["message"];
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("'shell'", message, StringComparison.Ordinal);
        Assert.Contains("'write', 'read'", message, StringComparison.Ordinal);
        Assert.Equal("tool_not_offered", (await bed.OnlyRequestAsync()).Error);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("reason", "'reason'")]
    [InlineData(null, "'command'")]
    public async Task A_tool_with_other_parameters_than_the_script_knows_is_refused(string? required, string named)
    {
        await using var bed = await StartAsync(TwoTurns);
        var body = OpenAiBody();
        var parameters = body["tools"]![0]!["function"]!["parameters"]!;
        if (required is null)
        {
            parameters["properties"]!.AsObject().Remove("command");
        }
        else
        {
            parameters["required"]!.AsArray().Add(required);
        }

        using var response = await bed.PostAsync(Path, body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(named, (string?)(await JsonOf(response))["error"]!["message"], StringComparison.Ordinal);
        Assert.Equal("tool_mismatch", (await bed.OnlyRequestAsync()).Error);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("command", "description")]
    [InlineData("command", "explanation")]
    [InlineData("cmd", null)]
    public async Task A_command_fits_what_other_versions_of_the_tool_ask_for(string parameter, string? required)
    {
        await using var bed = await StartAsync(TwoTurns);
        var body = OpenAiBody();
        body["tools"]![0] = Tool("bash", [parameter, .. required is null ? Array.Empty<string>() : [required]]);

        var answer = await bed.JsonAsync(Path, body);

        var arguments = ArgumentsOf(answer);
        Assert.Equal("ls", (string?)arguments[parameter]);
        Assert.Equal(required is not null, required is not null && arguments[required] is not null);
        Assert.Null((await bed.OnlyRequestAsync()).Error);
    }

    [Theory(Timeout = TestFolder.TimeoutMs)]
    [InlineData("a\nb\n")]
    [InlineData("a\nb")]
    public async Task A_file_is_written_by_a_patch_where_that_is_all_that_is_offered(string content)
    {
        await using var bed = await StartAsync(Script(
            new ScriptedTurn { ToolCalls = [Call("write_file", ("path", "src/a.txt"), ("content", content))], Finish = ScriptedFinish.ToolCalls },
            new ScriptedTurn { Text = "done" }));
        var body = OpenAiBody();
        body["tools"]![1] = Tool("apply_patch", "patchText");

        var answer = await bed.JsonAsync(Path, body);

        Assert.Equal("apply_patch", (string?)answer["choices"]![0]!["message"]!["tool_calls"]![0]!["function"]!["name"]);
        Assert.Equal("*** Begin Patch\n*** Add File: src/a.txt\n+a\n+b\n*** End Patch", (string?)ArgumentsOf(answer)["patchText"]);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_path_without_a_working_directory_to_put_it_in_is_refused()
    {
        await using var bed = await StartAsync(Script(
            new ScriptedTurn { ToolCalls = [Call("write_file", ("path", "a.txt"), ("content", "x"))], Finish = ScriptedFinish.ToolCalls },
            new ScriptedTurn { Text = "done" }));
        var body = OpenAiBody();
        body["messages"]!.AsArray().RemoveAt(0);

        using var response = await bed.PostAsync(Path, body);

        Assert.Contains("working directory", (string?)(await JsonOf(response))["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_title_request_gets_a_short_text_and_is_booked_as_hidden()
    {
        await using var bed = await StartAsync(TwoTurns);
        var body = OpenAiBody(tools: false);
        body["messages"]!.AsArray().Insert(1, Message("user", "Generate a title for this conversation:\n"));

        var answer = await bed.JsonAsync(Path, body);

        Assert.Equal("Benchmark task", TextOf(answer));
        Assert.True((await bed.OnlyRequestAsync()).Hidden);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_helper_question_that_demands_JSON_gets_what_its_schema_asks_for()
    {
        await using var bed = await StartAsync(TwoTurns);
        var body = OpenAiBody(tools: false);
        body["response_format"] = JsonNode.Parse("""
            {"type":"json_schema","json_schema":{"schema":{"type":"object","properties":{
              "title":{"type":"string"},"model_choice":{"type":"STRING","enum":["flash","pro"]},"score":{"type":["number","null"]},"tags":{"type":"array"},"deep":{"type":"object","properties":{"yes":{"type":"boolean"}}}}}}}
            """);

        var answer = await bed.JsonAsync(Path, body);

        Assert.Equal("""{"title":"Benchmark task","model_choice":"flash","score":0,"tags":[],"deep":{"yes":false}}""", TextOf(answer));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Claude_Codes_title_request_gets_its_title_as_JSON()
    {
        await using var bed = await StartAsync(TwoTurns);
        var body = AnthropicBody();
        body["tools"] = new JsonArray();
        body["messages"] = new JsonArray(Message("user", $"<session>\n{Prompt}\n</session>"));
        body["output_config"] = JsonNode.Parse("""{"format":{"type":"json_schema","schema":{"type":"object","properties":{"title":{"type":"string"}}}}}""");

        var answer = await bed.JsonAsync("/v1/messages", body);

        Assert.Equal("""{"title":"Benchmark task"}""", (string?)answer["content"]![0]!["text"]);
        var request = await bed.OnlyRequestAsync();
        Assert.Equal((true, 9L), (request.Hidden, request.InputTokens));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Geminis_router_gets_its_choice_as_JSON()
    {
        await using var bed = await StartAsync(TwoTurns, model: "glm-5");
        var body = GeminiBody();
        body.Remove("tools");
        body["generationConfig"] = JsonNode.Parse("""{"responseMimeType":"application/json","responseSchema":{"type":"OBJECT","properties":{"model_choice":{"type":"STRING","enum":["flash","pro"]}}}}""");

        var answer = await bed.JsonAsync("/v1beta/models/gemini-3-flash-preview:generateContent", body);

        Assert.Equal("""{"model_choice":"flash"}""", (string?)answer["candidates"]![0]!["content"]!["parts"]![0]!["text"]);
        Assert.True((await bed.OnlyRequestAsync()).Hidden);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task AnswerAs_names_another_model_in_answer_and_books()
    {
        await using var bed = await StartAsync(options: Options with { AnswerAs = "glm-4.5-air" });

        var answer = await bed.JsonAsync(Path, OpenAiBody());

        Assert.Equal("glm-4.5-air", (string?)answer["model"]);
        var request = await bed.OnlyRequestAsync();
        Assert.Equal(("glm-5", "glm-4.5-air"), (request.ModelAsked, request.ModelAnswered));
    }

    [Fact]
    public void Work_folders_and_numbers_do_not_change_the_count_of_a_tools_result()
    {
        var here = ScriptedTokens.Steady("wrote /tmp/a/work/x.txt, pid 7, took 12 ms", "/tmp/a/work");
        var there = ScriptedTokens.Steady("wrote /home/somebody/w/x.txt, pid 31415, took 9 ms", "/home/somebody/w");

        Assert.Equal("wrote /x.txt, pid 7, took 1 ms", here);
        Assert.Equal(here.Length, there.Length);
    }

    private static JsonNode ArgumentsOf(JsonNode answer) =>
        JsonNode.Parse((string?)answer["choices"]![0]!["message"]!["tool_calls"]![0]!["function"]!["arguments"] ?? "")!;

    private static JsonObject Tool(string name, params string[] parameters) => new()
    {
        ["type"] = "function",
        ["function"] = new JsonObject
        {
            ["name"] = name,
            ["parameters"] = new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject([.. parameters.Select(p => KeyValuePair.Create(p, (JsonNode?)new JsonObject { ["type"] = "string" }))]),
                ["required"] = new JsonArray([.. parameters.Select(p => JsonValue.Create(p))]),
            },
        },
    };

    private static JsonNode[] AfterFirstTurn() =>
    [
        new JsonObject { ["role"] = "assistant", ["content"] = "I look.", ["tool_calls"] = new JsonArray(new JsonObject { ["id"] = "call_0_0", ["type"] = "function", ["function"] = new JsonObject { ["name"] = "bash", ["arguments"] = "{}" } }) },
        new JsonObject { ["role"] = "tool", ["tool_call_id"] = "call_0_0", ["content"] = "a.txt" },
    ];

    private static string? TextOf(JsonNode answer) => (string?)answer["choices"]![0]!["message"]!["content"];
}
