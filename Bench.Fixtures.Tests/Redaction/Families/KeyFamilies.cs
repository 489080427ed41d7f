using System.Text;
using System.Text.Json;

namespace Bench.Fixtures.Tests.Redaction.Families;

/// <summary>Keys with a prefix or a structure of their own, and private keys behind what programs put before each line.</summary>
internal static class KeyFamilies
{
    private static readonly (string Name, Func<int, string> Prefix, string Ending)[] LinePrefixes =
    [
        ("plain", _ => "", ""),
        ("numbers and an arrow", n => $"{n}→", ""),
        ("cat -n", n => $"{n,6}\t", ""),
        ("grep -n", n => $"{n}:", ""),
        ("a file and numbers", n => $"certs/dev-2.pem:{n}: ", ""),
        ("quoted mail", _ => "> ", ""),
        ("a removed line of a diff", _ => "-", ""),
        ("an added line of a diff", _ => "+", ""),
        ("a service's name", _ => "app-1  | ", ""),
        ("a timestamp", n => $"2026-08-22T10:11:{n % 60:00}.123Z INFO ", ""),
        ("a date in brackets", n => $"[2026-08-22 10:11:{n % 60:00}] stdout: ", ""),
        ("colours", _ => "\u001b[32m", "\u001b[0m"),
        ("a coloured service's name", _ => "\u001b[36mweb-1  |\u001b[0m ", ""),
        ("indentation", _ => "    ", ""),
        ("a comment", _ => "# ", ""),
        ("Windows line ends", _ => "", "\r"),
    ];

    public static IReadOnlyList<SecretFamily> All { get; } =
    [
        new("Anthropic keys and OAuth tokens", r => r.Around($"sk-ant-{r.Pick("api03", "oat01", "admin01", "ort01")}-{r.Of(RandomText.Word, 93)}AA")),
        new("OpenRouter keys", r => r.Around($"sk-or-v1-{r.Of(RandomText.Hex, 64)}")),
        new("OpenAI keys", r => r.Around($"sk-{r.Pick("", "proj-", "svcacct-", "admin-")}{r.Of(RandomText.Base62, 20, 74)}T3BlbkFJ{r.Of(RandomText.Base62, 20, 74)}")),
        new("other sk- keys", r => r.Around($"sk-{r.Pick("", "", "lf-", "live-", "test-", "user-")}{r.Pick(r.Of(RandomText.Hex, 32), r.Of(RandomText.Base62, 32, 48), r.Uuid())}")),
        new("Z.AI keys", r => r.Around($"{r.Of(RandomText.Hex, 32)}.{r.Of(RandomText.Base62, 16)}")),
        new("Google API keys", r => r.Around($"AIza{r.Of(RandomText.Word, 35)}")),
        new("GitHub tokens", r => r.Around(r.Pick($"gh{r.Pick("p", "o", "u", "s", "r")}_{r.Of(RandomText.Base62, 36)}", $"github_pat_{r.Of(RandomText.Base62, 22)}_{r.Of(RandomText.Base62, 59)}"))),
        new("AWS access key ids", r => r.Around($"{r.Pick("AKIA", "ASIA", "ABIA", "ACCA")}{r.Of(RandomText.Base32, 16)}")),
        new("JSON Web Tokens", r => r.Around($"{Json($"{{\"alg\":\"HS256\",\"kid\":\"{r.Of(RandomText.Base62, 8)}\"}}")}.{Json($"{{\"sub\":\"{r.Of(RandomText.Base62, 12)}\"}}")}.{r.Of(RandomText.Word, 43)}")),
        .. LinePrefixes.Select(p => new SecretFamily($"private keys, {p.Name}", r => PrivateKey(r, p.Prefix, p.Ending))),
        new("private keys in JSON", r => InJson(PrivateKey(r, LinePrefixes[r.Number(0, LinePrefixes.Length)].Prefix, ""))),
        new("private keys in an array of lines", r => Array(PrivateKey(r, _ => "", ""), r)),
    ];

    private static SecretExample PrivateKey(RandomText random, Func<int, string> prefix, string ending)
    {
        var label = random.Pick("RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
        var body = Enumerable.Range(0, random.Number(1, 20)).Select(_ => random.Of(RandomText.Base64, 64)).Append(random.Of(RandomText.Base64, 4, 60) + "==").ToArray();
        string[] lines = [$"-----BE" + $"GIN {label}-----", .. body, $"-----END {label}-----"];
        var first = random.Number(1, 900);
        var text = string.Join('\n', lines.Select((l, i) => prefix(first + i) + l + ending)) + "\nafter\n";
        return new SecretExample(text, string.Join('\n', body));
    }

    private static SecretExample InJson(SecretExample example) =>
        new(JsonSerializer.Serialize(new { type = "tool_result", content = example.Text }), example.Secret);

    private static SecretExample Array(SecretExample example, RandomText random)
    {
        var quote = random.Pick('"', '\'');
        var between = random.Pick($"{quote}, {quote}", $"{quote},\n  {quote}", $"\\n{quote} +\n    {quote}", $"\\n{quote}\n  {quote}");
        return new SecretExample($"const key = [{quote}{string.Join(between, example.Text.Split('\n')[..^2])}{quote}].join(\"\")", example.Secret);
    }

    private static string Json(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
