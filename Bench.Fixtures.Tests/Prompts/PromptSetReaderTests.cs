using System.Security.Cryptography;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Prompts;

namespace Bench.Fixtures.Tests.Prompts;

public sealed class PromptSetReaderTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_five_prompts_of_the_product_keep_their_ids_categories_titles_and_hints()
    {
        var set = PromptSetReader.Read(Path.Combine(TestFolder.RepositoryRoot, "prompts", "benchmark_prompts.json"));

        Assert.Equal("cc-glm-vs-opencode-glm5", set.Name);
        Assert.Equal(1, set.Version);
        Snapshot.Match(string.Join('\n', set.Prompts.Select(prompt =>
            $"{prompt.Id} | {prompt.Category} | {prompt.Title} | {string.Join(" | ", prompt.Checks.Select(check => $"{check.Kind}: {check.Value}"))}")));
    }

    [Fact]
    public void The_prompts_of_the_product_name_every_hint_that_their_answers_are_judged_by()
    {
        var set = PromptSetReader.Read(Path.Combine(TestFolder.RepositoryRoot, "prompts", "benchmark_prompts.json"));

        var unsaid = from prompt in set.Prompts
                     from check in prompt.Checks
                     where check.Value is not "|" && !prompt.Text.Contains(check.Value, StringComparison.OrdinalIgnoreCase)
                     select $"{prompt.Id}: {check.Value}";
        Assert.Empty(unsaid);
    }

    [Fact]
    public void Hints_become_contains_checks_before_the_prompts_own_checks()
    {
        var path = Write("""
            { "prompts": [ { "id": "a", "prompt": "x", "checks": [ { "kind": "regex", "value": "^a+$" } ], "success_hints": ["one", "two"] } ] }
            """);

        var set = PromptSetReader.Read(path);

        Assert.Equal(
            [new(CheckKind.Contains, "one"), new(CheckKind.Contains, "two"), new(CheckKind.Regex, "^a+$")],
            set.Prompts[0].Checks);
    }

    [Fact]
    public void A_prompt_needs_an_id_and_a_text_alone()
    {
        var path = Write("""{ "prompts": [ { "id": "a_1", "prompt": "Say hello.\nTwice." } ] }""");

        var set = PromptSetReader.Read(path);

        var prompt = Assert.Single(set.Prompts);
        Assert.Equal(("prompts", 1), (set.Name, set.Version));
        Assert.Equal(("a_1", "general", "a_1", "Say hello.\nTwice."), (prompt.Id, prompt.Category, prompt.Title, prompt.Text));
        Assert.Empty(prompt.Checks);
    }

    [Fact]
    public void The_hash_is_that_of_the_files_bytes()
    {
        var path = Write("""{ "prompts": [ { "id": "a", "prompt": "x" } ] }""");

        var set = PromptSetReader.Read(path);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))), set.Sha256);
        Assert.Equal(path, set.Path);
    }

    [Fact]
    public void A_byte_order_mark_is_accepted()
    {
        var path = Write("\uFEFF" + """{ "prompts": [ { "id": "a", "prompt": "x" } ] }""");

        Assert.Single(PromptSetReader.Read(path).Prompts);
    }

    [Theory]
    [InlineData("""{ "status": "string" }""")]
    [InlineData("""  "{ \"status\": \"string\" }"  """)]
    public void A_shape_may_be_an_object_or_a_text_that_holds_one(string shape)
    {
        var path = Write($$"""{ "prompts": [ { "id": "a", "prompt": "x", "checks": [ { "kind": "json", "value": {{shape}} } ] } ] }""");

        var check = Assert.Single(PromptSetReader.Read(path).Prompts[0].Checks);

        Assert.Equal(new(CheckKind.Json, """{ "status": "string" }"""), check);
    }

    [Fact]
    public void A_missing_file_is_named_with_the_cure()
    {
        var error = Assert.Throws<BenchUsageException>(() => PromptSetReader.Read(folder.At("prmpts.json")));

        Snapshot.Match(Scrub(error.Message));
    }

    [Theory]
    [InlineData("brace", "{ \"prompts\": [\n  { \"id\": \"ä\", \"prompt\" \"x\" } ] }")]
    [InlineData("comma", "{ \"prompts\": [\n  { \"id\": \"a\", \"prompt\": \"x\" }, ] }")]
    [InlineData("end", "{ \"prompts\": [")]
    [InlineData("empty", "")]
    [InlineData("more", "{ \"prompts\": [] }\n{ }")]
    public void Invalid_JSON_is_named_with_line_and_column(string name, string text)
    {
        var error = Assert.Throws<BenchUsageException>(() => PromptSetReader.Read(Write(text)));

        Snapshot.Match(Scrub(error.Message), name);
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_refused()
    {
        var path = folder.At("latin.json");
        File.WriteAllBytes(path, [.. "{ \"name\": \""u8, 0xE4, .. "\" }"u8]);

        var error = Assert.Throws<BenchUsageException>(() => PromptSetReader.Read(path));

        Assert.Contains("UTF-8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_of_a_surrogate_pair_is_refused_where_it_stands()
    {
        var path = folder.At("half.json");
        File.WriteAllText(path, "{ \"prompts\": [\n  { \"id\": \"ä\", \"prompt\": \"an emoji: \\ud83d\" } ] }");

        var error = Assert.Throws<BenchUsageException>(() => PromptSetReader.Read(path));

        Assert.Contains("line 2, column 37: it holds text that is no Unicode", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing", "[]")]
    [InlineData("no-list", """{ "version": 1 }""")]
    [InlineData("empty-list", """{ "prompts": [] }""")]
    [InlineData("list-is-text", """{ "prompts": "all" }""")]
    public void A_set_without_prompts_is_refused(string name, string text)
    {
        var error = Assert.Throws<BenchUsageException>(() => PromptSetReader.Read(Write(text)));

        Snapshot.Match(Scrub(error.Message), name);
    }

    [Fact]
    public void A_prompt_without_an_id_is_named_by_number_and_line()
    {
        var path = Write("""
            { "prompts": [
              { "id": "a", "prompt": "x" },
              { "prompt": "y" }
            ] }
            """);

        var error = Assert.Throws<BenchUsageException>(() => PromptSetReader.Read(path));

        Assert.Equal(
            $"The prompt file '{path}', line 3: prompt 2 has no id. Add \"id\": lower-case letters, digits and single underscores, at most 100 characters, e.g. 'coding_ability_1'.",
            Assert.Single(error.Problems));
    }

    [Fact]
    public void An_id_that_is_used_twice_is_named_with_both_lines()
    {
        var path = Write("""
            { "prompts": [
              { "id": "a", "prompt": "x" },
              { "id": "b", "prompt": "x" },
              { "id": "a", "prompt": "y" }
            ] }
            """);

        var error = Assert.Throws<BenchUsageException>(() => PromptSetReader.Read(path));

        Assert.Equal(
            $"The prompt file '{path}', line 4: the id 'a' is used 2 times (lines 2 and 4). Give each prompt an id of its own.",
            Assert.Single(error.Problems));
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("a-b")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("a__t2")]
    [InlineData("_a")]
    [InlineData("a_")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a\\n")]
    public void An_id_from_which_no_file_name_can_be_built_is_refused(string id)
    {
        var error = Assert.Throws<BenchUsageException>(() => PromptSetReader.Read(Write($$"""{ "prompts": [ { "id": "{{id}}", "prompt": "x" } ] }""")));

        Assert.Contains("no file name can be built", Assert.Single(error.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_named_at_once_in_the_order_of_their_lines()
    {
        var path = Write("""
            {
              "version": "one",
              "nam": "x",
              "prompts": [
                { "id": "", "prompt": "x" },
                { "id": "a", "promt": "x", "prompt": " " },
                { "id": "b", "title": "two\nlines", "category": 3, "prompt": 5, "sucess_hints": [] },
                { "id": "c", "prompt": "x", "prompt": "y", "success_hints": ["ok", "", 7] },
                { "id": "d", "prompt": "x", "success_hints": "ok", "checks": {} },
                { "id": "e", "prompt": "x", "checks": [
                  { "kind": "regexp", "value": "a" },
                  { "kind": "regex", "value": "(a" },
                  { "kind": "json", "value": "[1]" },
                  { "kind": "json", "value": "{" },
                  { "kind": "json", "value": 3 },
                  { "kind": "command" },
                  { "value": "x" },
                  { "kind": "contains", "value": ["x"], "ignore_case": true },
                  "x"
                ] },
                "f",
                { "id": "a", "prompt": "x" }
              ]
            }
            """);

        var error = Assert.Throws<BenchUsageException>(() => PromptSetReader.Read(path));

        Snapshot.Match(Scrub(error.Message));
    }

    private string Write(string text) => folder.Write("prompts.json", text);

    private string Scrub(string text) => text.Replace(folder.Path, "<folder>", StringComparison.Ordinal);
}
