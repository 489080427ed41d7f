using Bench.Fixtures.Gateway.Forwarding;

namespace Bench.Fixtures.Gateway;

/// <summary>A real provider that requests are forwarded to.</summary>
/// <param name="BaseUrl">
/// The API's base URL, as its provider documents it. Where it ends in a version segment (<c>…/paas/v4</c>), that takes the place of the agent's own (<c>/v1</c>).
/// </param>
/// <param name="Key">The provider's key; takes the place of the gateway's token.</param>
public sealed record UpstreamTarget(string BaseUrl, string Key)
{
    /// <summary>Ends the asking where every request would get the same refusal. One per target: routes that share the target share it.</summary>
    internal UpstreamCircuit Circuit { get; } = new();

    /// <summary>Names the target without its key.</summary>
    public override string ToString() => $"UpstreamTarget {{ BaseUrl = {BaseUrl} }}";
}
