using Bench.Fixtures.Gateway.Cassettes;
using Bench.Fixtures.Gateway.Protocols;
using static Bench.Fixtures.Tests.Gateway.GatewayBed;

namespace Bench.Fixtures.Tests.Gateway;

public sealed class RequestKeyTests
{
    [Theory]
    [InlineData("-rw-r--r-- 1 ann ann 5 Nov 21 11:42 a.txt", "-rw-r--r-- 1 ann ann 5 Dec  3 09:07 a.txt")]
    [InlineData("Sat Nov 21 11:42:07 UTC 2026", "Sun May  3 09:07:11 UTC 2027")]
    [InlineData("2026-11-21T11:42:07.123Z", "2027-01-02T03:04Z")]
    [InlineData("wrote /tmp/bench-abc/3/work/a.txt", "wrote /var/folders/x1/bench-9/12/work/a.txt")]
    [InlineData("see /home/ann/.cache/opencode/log", "see /root/.cache/x.log")]
    [InlineData("session ses_e07654c40ffecJtu5FT7Ri7C7b", "session ses_1f89abba6001odeN6WQWW5a4tc")]
    [InlineData("id 1a9fc4e2-0b1d-4c3e-9f00-aabbccddeeff", "id ffffffff-0000-4000-8000-123456789abc")]
    [InlineData("commit 22d5508", "commit 8500fd1606e5b868d0660054881fa64eee6bf34a")]
    [InlineData("listening on 127.0.0.1:40961", "listening on 127.0.0.1:4096")]
    [InlineData("1 passed in 0.12s", "1 passed in 13 ms")]
    [InlineData("a  b\n\n\tc", "a b c")]
    public void What_differs_from_run_to_run_does_not_change_the_key(string one, string other) =>
        Assert.Equal(KeyOf(one, "/tmp/bench-abc/3"), KeyOf(other, "/var/folders/x1/bench-9/12"));

    [Theory]
    [InlineData("1 passed", "1 failed")]
    [InlineData("wrote a.txt", "wrote b.txt")]
    [InlineData("/tmp/bench-abc/3/work/a.txt", "/tmp/bench-abc/3/work/b.txt")]
    [InlineData("It may rain", "It will rain")]
    public void What_was_said_changes_the_key(string one, string other) => Assert.NotEqual(KeyOf(one, "/tmp/bench-abc/3"), KeyOf(other, "/tmp/bench-abc/3"));

    [Fact]
    public void The_prompt_counts_digit_by_digit_wherever_it_stands()
    {
        var spec = Spec(Script("x")) with { PromptText = "Add 17 and 4 in /srv/data/one on May 3." };
        var other = spec with { PromptText = "Add 18 and 4 in /srv/data/one on May 3." };

        Assert.NotEqual(RequestKey.Of(Call(Speaker.User, spec.PromptText), spec), RequestKey.Of(Call(Speaker.User, other.PromptText), other));
        Assert.NotEqual(RequestKey.Of(Call(Speaker.User, $"Title of: {spec.PromptText}"), spec), RequestKey.Of(Call(Speaker.User, $"Title of: {other.PromptText}"), other));
    }

    [Fact]
    public void System_prompts_and_context_do_not_change_the_key()
    {
        var spec = Spec(Script("x"));
        var call = Call(Speaker.User, Prompt);
        var more = call with
        {
            Messages = [new ChatMessage(Speaker.System, ["Today is Monday."]), new ChatMessage(Speaker.User, ["<system-reminder>\nLinux 6.1\n</system-reminder>", Prompt])],
        };

        Assert.Equal(RequestKey.Of(call, spec).Hash, RequestKey.Of(more, spec).Hash);
    }

    [Fact]
    public void Api_model_stream_tools_and_the_demand_for_JSON_change_the_key()
    {
        var spec = Spec(Script("x"));
        var call = Call(Speaker.User, Prompt);
        ModelCall[] others =
        [
            call with { Model = "glm-6" },
            call with { Stream = true },
            call with { WantsJson = true },
            call with { Api = Fixtures.Gateway.ModelApi.GeminiGenerate },
            call with { Tools = [new OfferedTool("bash", new Dictionary<string, string>(), [])] },
        ];

        Assert.Equal(6, others.Append(call).Select(c => RequestKey.Of(c, spec).Hash).Distinct().Count());
    }

    [Fact]
    public void The_shape_tells_who_said_how_much_and_nothing_else()
    {
        var call = Call(Speaker.Tool, "secret words 12");

        Assert.Equal("user:33 tool:14", RequestKey.Of(call with { Messages = [new ChatMessage(Speaker.User, [Prompt]), .. call.Messages] }, Spec(Script("x"))).Shape);
    }

    private static string KeyOf(string toolResult, string folder) => RequestKey.Of(Call(Speaker.Tool, toolResult), Spec(Script("x")) with { Folder = folder }).Hash;

    private static ModelCall Call(Speaker speaker, string text) => new()
    {
        Api = Fixtures.Gateway.ModelApi.OpenAiChat,
        Model = "glm-5",
        Messages = [new ChatMessage(speaker, [text])],
        Tools = [],
    };
}
