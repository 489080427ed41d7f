using System.Text.Json;
using System.Text.Json.Serialization;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Records;

/// <summary>Prices of models in USD per million tokens, from a versioned JSON file: <c>{"version": "2026-11", "models": {"glm-5": {"input": 1, "cached_input": 0.2, "output": 3}}}</c>.</summary>
public sealed partial record PriceTable
{
    /// <summary>The version of the table's content; goes into the manifest.</summary>
    public required string Version { get; init; }

    /// <summary>By bare model name, letter case ignored.</summary>
    public required IReadOnlyDictionary<string, ModelPrice> Models { get; init; }

    /// <summary>Reads a table.</summary>
    /// <exception cref="BenchUsageException">The file is missing, is not such a table, or has a negative price.</exception>
    public static PriceTable Read(string path)
    {
        try
        {
            var table = OutsideJson.Deserialize(File.ReadAllBytes(path), PriceJson.Default.PriceTable) ?? throw new JsonException("it holds null");
            var offenders = table.Models.Where(m => m.Value.Input < 0 || m.Value.Output < 0 || m.Value.CachedInput < 0).Select(m => m.Key).ToList();
            return offenders.Count == 0
                ? table with { Models = new Dictionary<string, ModelPrice>(table.Models, StringComparer.OrdinalIgnoreCase) }
                : throw new BenchUsageException($"PricesFile '{path}' has negative prices for '{string.Join("', '", offenders)}'. Correct them.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new BenchUsageException($"PricesFile '{path}' cannot be read as a price table: {problem.Message.TrimEnd('.')}. Correct the file or PricesFile; docs/formats/settings.md shows the form.");
        }
    }

    /// <summary>Whether the cost of these tokens is a lower bound, since a part of them is unknown.</summary>
    public static bool IsAtLeast(TokenUsage tokens) => (tokens.AtLeast & (TokenCounts.Input | TokenCounts.Output)) != TokenCounts.None;

    /// <summary>
    /// The cost of an attempt; null when the model has no price or the tokens are unknown. No tokens cost nothing, whatever the model. Cached input is priced as input when it has no price of its own,
    /// and input of which nobody says that it was cached is taken as not cached.
    /// </summary>
    public decimal? CostOf(string? model, TokenUsage tokens)
    {
        if (tokens is { Input: 0, Output: 0 } && !IsAtLeast(tokens))
        {
            return 0;
        }

        if (model is null || tokens.Input is not { } input || tokens.Output is not { } output || !Models.TryGetValue(model, out var price))
        {
            return null;
        }

        var cached = tokens.Cached ?? 0;
        return (((input - cached) * price.Input) + (cached * (price.CachedInput ?? price.Input)) + (output * price.Output)) / 1_000_000m;
    }

    [JsonSerializable(typeof(PriceTable))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
    private sealed partial class PriceJson : JsonSerializerContext;
}

/// <summary>Prices of one model, USD per million tokens.</summary>
public sealed record ModelPrice
{
    /// <summary>Input tokens that were not cached.</summary>
    public required decimal Input { get; init; }

    /// <summary>Output tokens, reasoning included.</summary>
    public required decimal Output { get; init; }

    /// <summary>Input tokens read from the cache; null when they cost as much as others.</summary>
    public decimal? CachedInput { get; init; }
}
