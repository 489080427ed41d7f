using Bench.Fixtures.Agents;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Tests.Records;

public sealed class PriceTableTests
{
    private const string Prices = """{ "version": "1", "models": { "glm-5": { "input": 1, "cached_input": 0.2, "output": 3 }, "plain": { "input": 2, "output": 4 } } }""";

    [Theory]
    [InlineData("glm-5", 600, 0, 50, "0.00075")]
    [InlineData("GLM-5", 1000, 400, 50, "0.00083")]
    [InlineData("plain", 1000, 400, 50, "0.0022")]
    public void Tokens_are_priced_per_million_with_cached_input_apart(string model, long input, long cached, long output, string expected)
    {
        using var folder = new TestFolder();
        var table = PriceTable.Read(folder.Write("prices.json", Prices));

        var cost = table.CostOf(model, new TokenUsage { Input = input, Cached = cached, Output = output });

        Assert.Equal(decimal.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), cost);
    }

    [Fact]
    public void An_unknown_model_or_unknown_tokens_cost_an_unknown_amount()
    {
        using var folder = new TestFolder();
        var table = PriceTable.Read(folder.Write("prices.json", Prices));

        Assert.Null(table.CostOf("other", new TokenUsage { Input = 1, Output = 1 }));
        Assert.Null(table.CostOf("glm-5", new TokenUsage { Input = 1 }));
        Assert.Null(table.CostOf(null, new TokenUsage { Input = 1, Output = 1 }));
        Assert.Equal((true, false), (PriceTable.IsAtLeast(new TokenUsage { AtLeast = TokenCounts.Output }), PriceTable.IsAtLeast(new TokenUsage { AtLeast = TokenCounts.Cached })));
    }

    [Theory]
    [InlineData("glm-5")]
    [InlineData("other")]
    [InlineData(null)]
    public void No_tokens_cost_nothing_whatever_the_model(string? model)
    {
        using var folder = new TestFolder();
        var table = PriceTable.Read(folder.Write("prices.json", Prices));

        Assert.Equal(0, table.CostOf(model, TokenUsage.None));
        Assert.Null(table.CostOf("other", TokenUsage.None with { AtLeast = TokenCounts.Output }));
    }

    [Theory]
    [InlineData("""{ "version": "1", "models": { "m": { "input": -1, "output": 1 } } }""", "negative prices for 'm'")]
    [InlineData("""{ "version": "1", "model": {} }""", "cannot be read as a price table")]
    [InlineData("no json", "cannot be read as a price table")]
    public void A_file_that_is_no_price_table_is_refused_by_name(string text, string reason)
    {
        using var folder = new TestFolder();
        var path = folder.Write("prices.json", text);

        var problem = Assert.Throws<BenchUsageException>(() => PriceTable.Read(path));

        Assert.Contains(path, problem.Message, StringComparison.Ordinal);
        Assert.Contains(reason, problem.Message, StringComparison.Ordinal);
    }
}
