namespace Bench.Fixtures.Agents.OpenCode;

/// <summary>A model as OpenCode names it: <c>provider/model</c>, divided at the first slash.</summary>
/// <param name="ProviderId">The provider, e.g. <c>zhipuai-coding-plan</c>; empty when the text has no slash, which no provider matches.</param>
/// <param name="ModelId">The model, e.g. <c>glm-5</c>; may hold slashes itself.</param>
public sealed record OpenCodeModel(string ProviderId, string ModelId)
{
    /// <summary>Divides <c>provider/model</c>.</summary>
    public static OpenCodeModel Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new OpenCodeModel("", text) : new OpenCodeModel(text[..slash], text[(slash + 1)..]);
    }

    /// <summary><c>provider/model</c>.</summary>
    public override string ToString() => ProviderId.Length == 0 ? ModelId : $"{ProviderId}/{ModelId}";
}
