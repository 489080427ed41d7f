using System.Text.Json;
using Bench.Fixtures.Prompts;

namespace Bench.Fixtures.Tests.Prompts;

public sealed class PromptFormatTests
{
    private static readonly JsonElement Schema = Load("prompts", "prompts.schema.json");

    [Fact]
    public void The_schema_knows_exactly_the_fields_that_the_reader_knows()
    {
        var definitions = Schema.GetProperty("$defs");

        Assert.Equal(PromptSetReader.SetFields, Names(Schema.GetProperty("properties")));
        Assert.Equal(PromptSetReader.PromptFields, Names(definitions.GetProperty("prompt").GetProperty("properties")));
        Assert.Equal(PromptSetReader.CheckFields, Names(definitions.GetProperty("check").GetProperty("properties")));
    }

    [Fact]
    public void The_schema_has_the_readers_id_rule_and_check_kinds()
    {
        var id = Schema.GetProperty("$defs").GetProperty("prompt").GetProperty("properties").GetProperty("id");
        var kinds = Schema.GetProperty("$defs").GetProperty("check").GetProperty("properties").GetProperty("kind").GetProperty("enum");

        Assert.Equal(PromptSetReader.IdPattern, id.GetProperty("pattern").GetString());
        Assert.Equal(PromptSetReader.MaxIdLength, id.GetProperty("maxLength").GetInt32());
        Assert.Equal(Enum.GetNames<CheckKind>().Select(name => name.ToLowerInvariant()), kinds.EnumerateArray().Select(kind => kind.GetString()));
    }

    [Fact]
    public void The_products_prompt_file_obeys_the_schema()
    {
        var set = Load("prompts", "benchmark_prompts.json");

        Assert.Equal([], SmallJsonSchema.Violations(Schema, set));
    }

    [Fact]
    public void The_schema_refuses_what_the_reader_refuses()
    {
        using var set = JsonDocument.Parse("""{ "version": 0, "prompts": [ { "id": "A", "promt": "x", "checks": [ { "kind": "regexp" } ] } ] }""");

        var violations = SmallJsonSchema.Violations(Schema, set.RootElement);

        Assert.Equal(6, violations.Count);
    }

    [Fact]
    public void The_example_of_the_format_page_is_read_and_obeys_the_schema()
    {
        using var folder = new TestFolder();
        var example = FormatPage.Fence("prompts.md", "json");

        var set = PromptSetReader.Read(folder.Write("example.json", example));

        Assert.Equal(["changelog_entry_1", "status_object_1", "create_file_1"], set.Prompts.Select(prompt => prompt.Id));
        Assert.Equal(
            [CheckKind.Contains, CheckKind.Regex, CheckKind.Json, CheckKind.Command],
            set.Prompts.SelectMany(prompt => prompt.Checks).Select(check => check.Kind));
        using var document = JsonDocument.Parse(example);
        Assert.Equal([], SmallJsonSchema.Violations(Schema, document.RootElement));
    }

    [Fact]
    public void The_format_page_describes_every_field_and_check_kind()
    {
        var page = FormatPage.Text("prompts.md");

        var words = PromptSetReader.SetFields.Concat(PromptSetReader.PromptFields).Concat(PromptSetReader.CheckFields)
            .Concat(Enum.GetNames<CheckKind>().Select(name => name.ToLowerInvariant()));
        Assert.All(words, word => Assert.Contains($"`{word}`", page, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Names(JsonElement item) => item.EnumerateObject().Select(property => property.Name);

    private static JsonElement Load(params string[] path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine([TestFolder.RepositoryRoot, .. path])));
        return document.RootElement.Clone();
    }
}
