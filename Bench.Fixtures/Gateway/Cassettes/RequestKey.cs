using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Bench.Fixtures.Gateway.Protocols;
using Bench.Fixtures.Gateway.Scripting;

namespace Bench.Fixtures.Gateway.Cassettes;

/// <summary>
/// What makes a request the same one in another run: API, model, whether it streams, demands JSON and offers tools, and what user, model and tools have said.
/// System prompts and the context that agents add are left out: they name machine, folder and date, and change with the agent's version, which stands in the header.
/// </summary>
/// <param name="Hash">SHA-256, lower-case hexadecimal.</param>
/// <param name="Shape">Role and characters of each message that counts.</param>
internal sealed record RequestKey(string Hash, string Shape)
{
    // The rules of the key are part of the format: other rules, other version.
    private const string Rules = "cassette-key-1";

    public static RequestKey Of(ModelCall call, RouteSpec spec)
    {
        var prompt = OwnTurns.Squeeze(spec.PromptText);
        var said = call.Messages
            .Where(m => m.Speaker != Speaker.System)
            .Select(m => (m.Speaker, Text: string.Join('\n', m.Texts.Where(t => m.Speaker != Speaker.User || !OwnTurns.IsContext(t)).Select(t => SteadyText.Of(t, prompt, spec.Folder)))))
            .Where(m => m.Text.Length > 0)
            .ToList();
        string[] parts = [Rules, ModelProtocols.NameOf(call.Api), call.Model, Flags(call), .. said.SelectMany(m => new[] { NameOf(m.Speaker), m.Text })];
        return new RequestKey(HashOf(parts), string.Join(' ', said.Select(m => string.Create(CultureInfo.InvariantCulture, $"{NameOf(m.Speaker)}:{m.Text.Length}"))));
    }

    private static string Flags(ModelCall call) =>
        (call.Stream ? "stream" : "whole") + (call.WantsJson ? " json" : "") + (call.Tools.Count > 0 ? " tools" : "");

    private static string NameOf(Speaker speaker) => speaker switch
    {
        Speaker.User => "user",
        Speaker.Assistant => "assistant",
        _ => "tool",
    };

    // Each part with its length, so that no two lists read alike.
    private static string HashOf(IEnumerable<string> parts)
    {
        var text = string.Concat(parts.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Length}:{p}\n")));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
