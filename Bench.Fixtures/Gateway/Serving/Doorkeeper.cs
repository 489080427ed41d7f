using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Gateway.Serving;

/// <summary>Lets in only who knows the token, and only under this machine's own name: a web page that resolves its name to 127.0.0.1 stays out.</summary>
internal sealed class Doorkeeper(string token)
{
    private const string Bearer = "Bearer ";
    private readonly byte[] expected = Hash(token);

    public static bool KnowsHost(HttpRequest request)
    {
        var host = request.Host;
        return host.Port == request.HttpContext.Connection.LocalPort && (host.Host == "127.0.0.1" || host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase));
    }

    public bool KnowsToken(HttpRequest request, ModelApi api)
    {
        var authorization = request.Headers.Authorization.ToString();
        var bearer = authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..] : "";

        // Gemini's API takes its key in the query as well; no other one does.
        var inQuery = api == ModelApi.GeminiGenerate ? request.Query["key"].ToString() : "";

        // No short cut: the time must not tell which one was right.
        return IsToken(bearer)
            | IsToken(request.Headers["x-api-key"].ToString())
            | IsToken(request.Headers["x-goog-api-key"].ToString())
            | IsToken(inQuery);
    }

    // Hashes have one length, so a comparison tells nothing about the token's.
    private bool IsToken(string given) => CryptographicOperations.FixedTimeEquals(Hash(given.Trim()), expected);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
