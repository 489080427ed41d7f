using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway;

namespace Bench.Fixtures.Tests.Gateway;

public sealed class ScriptedAnswersTests
{
    private static readonly string Shipped = Path.Combine(TestFolder.RepositoryRoot, "prompts", "scripted");

    [Theory]
    [InlineData("coding_ability_1", "def compare_semver", "pytest", "assert")]
    [InlineData("coding_ability_2", "Set", "O(n)", "tests")]
    [InlineData("latency_speed_1", "\"status\"", "bench-42")]
    [InlineData("robustness_partial_context_1", "assumption", "YAML", "verification")]
    [InlineData("workflow_orchestration_1", "|", "dependency", "rollback")]
    public void The_shipped_answers_hold_what_their_prompts_look_for(string promptId, params string[] hints)
    {
        var answer = ScriptedAnswers.Load(Shipped, [promptId])[promptId];

        var text = Assert.Single(answer.Turns).Text;
        Assert.All(hints, hint => Assert.Contains(hint, text, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void The_constrained_answer_is_one_JSON_object_with_three_keys()
    {
        var text = ScriptedAnswers.Load(Shipped, ["latency_speed_1"])["latency_speed_1"].Turns[0].Text;

        var answer = System.Text.Json.Nodes.JsonNode.Parse(text)!.AsObject();

        Assert.Equal(["status", "checksum", "steps"], answer.Select(m => m.Key));
    }

    [Fact]
    public void A_script_with_tools_is_read_turn_by_turn()
    {
        var answer = ScriptedAnswers.Load(Path.Combine(AppContext.BaseDirectory, "Gateway", "Data"), ["tool_example"])["tool_example"];

        Assert.Equal([ScriptedFinish.ToolCalls, ScriptedFinish.ToolCalls, ScriptedFinish.Stop], answer.Turns.Select(t => t.Finish));
        Assert.Equal(["write_file", "shell", "read_file"], answer.Turns.SelectMany(t => t.ToolCalls).Select(c => c.Tool));
        Assert.EndsWith("$PATH.\n", answer.Turns[0].ToolCalls[0].Arguments["content"], StringComparison.Ordinal);
        Assert.Equal("The greeting is in greeting.txt.\nIt has two lines. 😀", answer.Turns[2].Text);
    }

    [Fact]
    public void The_formats_example_is_read()
    {
        using var folder = new TestFolder();
        var page = File.ReadAllText(Path.Combine(TestFolder.RepositoryRoot, "docs", "formats", "scripted-answer.md"));
        folder.Write("add_readme.json", page.Split("```json\n")[1].Split("```")[0]);

        var answer = ScriptedAnswers.Load(folder.Path, ["add_readme"])["add_readme"];

        Assert.Equal(2, answer.Turns.Count);
    }

    [Fact]
    public void All_problems_of_all_files_are_named_at_once()
    {
        using var folder = new TestFolder();
        folder.Write("wrong.json", """
            {"schema_version":2,"prompt_id":"other","colour":1,"turns":[
              {"text":5,"finish":"never"},
              {"finish":"tool_calls","tool_cals":[]},
              {"tool_calls":[{"tool":"fly"},{"tool":"shell"},{"tool":"write_file","path":"../x","content":"","mode":"w"},7],"finish":"stop"},
              8]}
            """);
        folder.Write("unfinished.json", """{"schema_version":1,"prompt_id":"unfinished","turns":[{"tool_calls":[{"tool":"shell","command":"ls"}]}]}""");
        folder.Write("empty.json", """{"schema_version":1,"prompt_id":"empty","turns":[]}""");

        var mistake = Assert.Throws<BenchUsageException>(() => ScriptedAnswers.Load(folder.Path, ["wrong", "unfinished", "empty", "missing"]));

        Snapshot.Match(mistake.Message.Replace(folder.Path, "<folder>", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"schema_version":1,"schema_version":1}""")]
    public void A_file_that_is_no_JSON_is_named(string text)
    {
        using var folder = new TestFolder();
        var path = folder.Write("broken.json", text);

        var mistake = Assert.Throws<BenchUsageException>(() => ScriptedAnswers.Load(folder.Path, ["broken"]));

        Assert.Contains($"'{path}' is not JSON", mistake.Message, StringComparison.Ordinal);
    }
}
