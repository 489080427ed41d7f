using Bench.Fixtures.Gateway;
using Bench.Fixtures.Gateway.Protocols;
using Bench.Fixtures.Gateway.Scripting;

namespace Bench.Fixtures.Tests.Gateway;

public sealed class OwnTurnsTests
{
    private const string Prompt = "Write a poem about \"semver\".\nTwo lines.";
    private static readonly OfferedTool Tool = new("bash", new Dictionary<string, string>(), []);

    [Fact]
    public void An_agent_at_work_offers_tools_and_is_own()
    {
        var place = Find(Call([User("<session_context>\nx\n</session_context>", Prompt)], tools: true));

        Assert.False(place.IsHidden);
        Assert.Equal(0, place.Turn);
    }

    [Fact]
    public void A_sub_agent_works_for_the_prompt_but_has_no_scripted_turn()
    {
        var place = Find(Call([User("Look for files.")], tools: true));

        Assert.False(place.IsHidden);
        Assert.Null(place.Turn);
    }

    [Fact]
    public void Another_model_is_hidden_even_with_tools()
    {
        Assert.True(Find(Call([User(Prompt)], tools: true) with { Model = "flash-lite" }).IsHidden);
    }

    [Fact]
    public void OpenCodes_title_request_is_hidden()
    {
        Assert.True(Find(Call([System("You are a title generator."), User("Generate a title for this conversation:\n"), User(Prompt)])).IsHidden);
    }

    [Fact]
    public void A_title_request_that_wraps_the_prompt_is_hidden()
    {
        Assert.True(Find(Call([User($"Generate a title for this conversation:\n{Prompt}")])).IsHidden);
        Assert.True(Find(Call([User($"<session>\n{Prompt}\n</session>")])).IsHidden);
    }

    [Fact]
    public void A_request_for_JSON_without_tools_is_hidden()
    {
        Assert.True(Find(Call([User(Prompt)]) with { WantsJson = true }).IsHidden);
    }

    [Fact]
    public void A_summary_request_is_hidden()
    {
        Assert.True(Find(Call([User(Prompt), Assistant("a poem"), User("Summarise the conversation.")])).IsHidden);
    }

    [Fact]
    public void The_first_question_of_an_agent_without_tools_is_own()
    {
        var place = Find(Call([System("Be brief."), User("<session_context>\nx\n</session_context>"), User("<system-reminder>\ny\n</system-reminder>", Prompt + "\n")]));

        Assert.False(place.IsHidden);
        Assert.Equal(0, place.Turn);
    }

    [Fact]
    public void A_pasted_prompt_is_own()
    {
        Assert.False(Find(Call([User($"\n\n<pasted_content id=\"41ca\">\n{Prompt}\n</pasted_content id=\"41ca\">\n")])).IsHidden);
    }

    [Fact]
    public void Each_answer_after_the_prompt_is_a_turn()
    {
        var place = Find(Call([User("before"), Assistant("x"), User(Prompt), Assistant("a"), Tool1("r1"), Assistant("b"), Tool1("r2", "r3")], tools: true));

        Assert.Equal(2, place.Turn);
        Assert.Equal([["r1"], ["r2", "r3"]], place.ToolResults);
    }

    [Fact]
    public void Answers_in_a_row_are_one_turn_and_system_messages_none()
    {
        var place = Find(Call([User(Prompt), System("env"), Assistant("text"), System("note"), Assistant("call"), Tool1("r1")], tools: true));

        Assert.Equal(1, place.Turn);
    }

    [Fact]
    public void The_last_message_that_carries_the_prompt_counts()
    {
        Assert.Equal(0, Find(Call([User(Prompt), Assistant("a"), User("Again: " + Prompt)], tools: true)).Turn);
    }

    [Fact]
    public void White_space_does_not_matter_but_words_do()
    {
        Assert.Equal(0, Find(Call([User("  " + Prompt.ReplaceLineEndings("\r\n") + " \n")], tools: true)).Turn);
        Assert.Null(Find(Call([User(Prompt.Replace("\"", "\\\"", StringComparison.Ordinal))], tools: true)).Turn);
    }

    private static TurnPlace Find(ModelCall call) => OwnTurns.Find(call, "glm-5", Prompt);

    private static ModelCall Call(ChatMessage[] messages, bool tools = false) =>
        new() { Api = ModelApi.OpenAiChat, Model = "glm-5", Messages = messages, Tools = tools ? [Tool] : [] };

    private static ChatMessage User(params string[] texts) => new(Speaker.User, texts);

    private static ChatMessage System(string text) => new(Speaker.System, [text]);

    private static ChatMessage Assistant(string text) => new(Speaker.Assistant, [text]);

    private static ChatMessage Tool1(params string[] results) => new(Speaker.Tool, results);
}
