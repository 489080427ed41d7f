using System.Globalization;
using System.Text;

namespace Bench.Fixtures.Tests.Redaction;

/// <summary>Output of coding agents without any secret, the same for the same seed: what a redactor must leave alone.</summary>
internal static class OrdinaryOutput
{
    private const string Base62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly string[] Words =
    [
        "the", "author", "authority", "token", "tokens", "tokenizer", "secret", "password", "bearer", "basic", "authorization", "key", "keys", "private", "public", "api",
        "task-list", "risk-free", "disk-usage", "mask-image", "quota", "value", "returns", "compare", "semver", "test", "passes", "because", "request", "header", "stream", "asia", "Asia",
    ];

    /// <summary>At least so many bytes of lines.</summary>
    public static byte[] Create(int bytes, int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder(bytes + 65_536);
        while (text.Length < bytes)
        {
            text.Append(Line(random)).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Line(Random random) => random.Next(34) switch
    {
        0 => $$$"""{"type":"step_start","timestamp":{{{Number(random, 13)}}},"sessionID":"ses_{{{Id(random)}}}","part":{"id":"prt_{{{Id(random)}}}","messageID":"msg_{{{Id(random)}}}","type":"step-start","snapshot":"{{{Hex(random, 40)}}}"}}""",
        1 => $$$"""{"type":"step_finish","sessionID":"ses_{{{Id(random)}}}","part":{"reason":"stop","tokens":{"total":{{{Number(random, 5)}}},"input":{{{Number(random, 5)}}},"output":20,"reasoning":0,"cache":{"write":0,"read":{{{Number(random, 4)}}}}},"cost":0.00016}}""",
        2 => $$$"""{"type":"text","part":{"text":"{{{Prose(random)}}}\n\n```csharp\nvar token = await GetTokenAsync(cancellationToken);\n```\n{{{Prose(random)}}}"}}""",
        3 => $$$"""{"usage":{"input_tokens":{{{Number(random, 5)}}},"cache_read_input_tokens":{{{Number(random, 6)}}},"output_tokens":{{{Number(random, 4)}}},"max_tokens":32000},"apiKeySource":"ANTHROPIC_API_KEY"}""",
        4 => $"max_tokens={Number(random, 5)} input_tokens: {random.Next(9)} MAX_OUTPUT_TOKENS={Number(random, 8)} tokens: {Number(random, 3)} num_tokens = {Number(random, 9)}",
        5 => $"diff --git a/src/auth/token_{random.Next(99)}.py b/src/auth/token_{random.Next(99)}.py\nindex {Hex(random, 7)}..{Hex(random, 7)} 100644\n--- a/src/auth/token.py\n+++ b/src/auth/token.py\n@@ -1,{random.Next(9)} +1,{random.Next(9)} @@",
        6 => $"+    def token(self) -> str: return self._token_cache[{Number(random, 8)}]  # {Prose(random)}",
        7 => $"-    const apiKey = process.env.API_KEY ?? config.apiKey; // {Prose(random)}",
        8 => $"commit {Hex(random, 40)}\nAuthor: Jane Author <jane.author@example.com>\nDate:   Tue Aug {random.Next(1, 28)} 10:1{random.Next(9)}:22 2026 +0000",
        9 => $"sha256:{Hex(random, 64)}  ./artifacts/{Uuid(random)}/report-{Hex(random, 32)}.html",
        10 => $"\"integrity\": \"sha512-{Convert.ToBase64String(Bytes(random, 64))}\",",
        11 => $"![chart](data:image/png;base64,{Convert.ToBase64String(Bytes(random, random.Next(200, 20_000)))})",
        12 => $"data: {Base64Url(Bytes(random, random.Next(200, 8_000)))}",
        13 => $"{Uuid(random)} {Uuid(random)} {Hex(random, 32)}.js {Hex(random, 32)}.min.css {Hex(random, 32)}.chunk.{Number(random, 4)}.js",
        14 => $"/home/dev/work/{Hex(random, 8)}/node_modules/@types/json-web-token/index.d.ts({Number(random, 3)},{random.Next(80)}): error TS2339: Property 'accessToken' does not exist on type 'Session{random.Next(9)}'.",
        15 => $"<div class=\"sk-chasing-dots sk-dot{random.Next(12)}\"><span class=\"task-{Number(random, 12)}\">{Prose(random)}</span></div>",
        16 => $"curl -H \"Authorization: Bearer $TOKEN_{random.Next(9)}\" -H \"x-api-key: ${{API_KEY_{random.Next(9)}}}\" https://api.example.com/v1/models?key=$KEY",
        17 => $"export GITHUB_TOKEN=$(gh auth token) ZAI_API_KEY={{env:ZHIPU_API_KEY}} NPM_TOKEN=<your-npm-token-{Number(random, 4)}>",
        18 => $"The Authorization: Bearer header is required; basic authentication is refused with {random.Next(400, 500)}. {Prose(random)}",
        19 => $"  at Object.getAccessToken (/srv/app/dist/auth/token.js:{Number(random, 3)}:{random.Next(80)})\n  at async Promise.all (index {random.Next(9)})",
        20 => $"public async Task<string> RefreshTokenAsync(CancellationToken cancellationToken = default) => await client.GetAsync(\"{Uuid(random)}\", cancellationToken);",
        21 => $"\u001b[32m✓\u001b[0m tests/test_semver.py::test_compare[{random.Next(9)}.{random.Next(9)}.{random.Next(9)}-rc.{random.Next(9)}] \u001b[2m({Number(random, 3)}ms)\u001b[0m",
        22 => $"drwxr-xr-x {random.Next(9)} dev dev {Number(random, 5)} Aug {random.Next(1, 28)} 0{random.Next(9)}:12 {Hex(random, 40)}",
        23 => $"{{\"id\":\"chatcmpl-{Id(random)}\",\"object\":\"chat.completion.chunk\",\"choices\":[{{\"delta\":{{\"content\":\"{Words[random.Next(Words.Length)]} \"}}}}]}}",
        24 => $"level=INFO ts=2026-08-22T10:11:{random.Next(10, 60)}Z service=llm providerID=zhipuai-coding-plan modelID=glm-5 session=ses_e07654c40ffecJtu5FT7Ri7C7b small=false",
        25 => $"SECRET_NAME = os.environ.get(\"MY_SECRET_{random.Next(99)}\", None)  # password: see the vault; api_key=API_KEY",
        26 => $"-----BEGIN CERTIFICATE-----\n{Convert.ToBase64String(Bytes(random, 48))}\n{Convert.ToBase64String(Bytes(random, 48))}\n-----END CERTIFICATE-----",
        27 => $"ssh-ed25519 {Convert.ToBase64String(Bytes(random, 51))} dev@host\nsk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t",
        28 => $"| p{random.Next(9)} | {Number(random, 4)} | {random.NextDouble().ToString("F6", CultureInfo.InvariantCulture)} | [REDACTED] | ok ({Number(random, 4)}ms) |",
        29 => $"W/\"{Hex(random, 32)}\" etag:{Base62Text(random, 24)} x-request-id: req_{Base62Text(random, 24)} cf-ray: {Hex(random, 16)}-FRA",
        30 => $"int.TryParse(token, out var maxToken); /* TOKEN: {Number(random, 9)}; PASSWORD=changeit */ if (password.Length < {random.Next(20)}) return;",
        31 => $"{{\"access_token_expires_in\":{Number(random, 4)},\"token_type\":\"Bearer\",\"apiKey\":\"{{env:KEY_{random.Next(9)}}}\",\"client_secret_post\":true}}",
        32 => $"日本語のテスト ✅ naïve café — {Prose(random)} op:// and eyJ and AIza and ghp_ are prefixes",
        _ => Prose(random),
    };

    private static string Prose(Random random) => string.Join(' ', Enumerable.Range(0, random.Next(5, 25)).Select(_ => Words[random.Next(Words.Length)]));

    private static string Id(Random random) => Hex(random, 12) + Base62Text(random, 14);

    private static string Uuid(Random random) => $"{Hex(random, 8)}-{Hex(random, 4)}-{Hex(random, 4)}-{Hex(random, 4)}-{Hex(random, 12)}";

    private static string Number(Random random, int digits) => string.Concat(Enumerable.Range(0, digits).Select(_ => (char)('0' + random.Next(10))));

    private static string Hex(Random random, int digits) => Convert.ToHexStringLower(Bytes(random, digits / 2 + 1))[..digits];

    private static string Base62Text(Random random, int length) => string.Concat(Enumerable.Range(0, length).Select(_ => Base62[random.Next(62)]));

    private static string Base64Url(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
