namespace Bench.Fixtures.Tests.Redaction.Families;

/// <summary>Secrets inside of URLs.</summary>
internal static class UrlFamilies
{
    public static IReadOnlyList<SecretFamily> All { get; } =
    [
        new("passwords in URLs", r => Of(r.Of(RandomText.Base62, 12, 32), v => r.Pick(
            $"postgres://app:{v}@db:5432/app", $"git clone https://bot:{v}@example.com/o/r.git", $"\"redis://:{v}@cache:6379/0\"", $"https:\\/\\/u:{v}@example.com\\/x", $"mongodb+srv://u:{v}@c0.example.net/?w=1"))),
        new("tokens in URLs", r => Of(r.Of(RandomText.Base62, 20, 40), v => $"https://{v}@github.com/o/r.git")),
        new("parameters of URLs", r => Of(r.Token().Replace("+", "%2B", StringComparison.Ordinal).Replace("=", "%3D", StringComparison.Ordinal), v =>
            $"GET https://example.com/cb?{r.Pick("token", "access_token", "api_key", "key", "sig", "apikey", "client_secret")}={v}&state=1 200")),
        new("signed URLs", r => Of(r.Of(RandomText.Hex, 64), v => $"https://b.s3.amazonaws.com/k?X-Amz-Date=20260822T101112Z&X-Amz-Signature={v}")),
        new("webhooks", r => Of(r.Of(RandomText.Base62, 24), v => r.Pick(
            $"https://hooks.slack.com/services/T{r.Of(RandomText.Base32, 8)}/B{r.Of(RandomText.Base32, 8)}/{v}",
            $"https://discord.com/api/webhooks/{r.Number(100_000_000, 999_999_999)}00000000/{v}{r.Of(RandomText.Word, 44)}",
            $"https://x.webhook.office.com/webhookb2/{r.Uuid()}@{r.Uuid()}/IncomingWebhook/{v}/{r.Uuid()}"))),
    ];

    private static SecretExample Of(string value, Func<string, string> write) => new(write(value), value);
}
