using System.Text;

namespace Bench.Fixtures.Redaction;

/// <summary>
/// The rules that find secrets by their shape. All are precise: a fixed prefix or name, then a value that looks like a key.
/// There is no entropy rule, because hashes, ids and base64 images are ordinary output of agents.
/// </summary>
public static class RedactionRules
{
    /// <summary>The rule id of exact values that Bench was told about, in plain or escaped form.</summary>
    public const string KnownSecretId = "known-secret";

    /// <summary>The rule id of Z.AI keys, the only ones without a fixed text to look for.</summary>
    public const string ZaiKeyId = "zai-key";

    /// <summary>All rules, in the order that decides which id a marker shows when several rules match at the same byte.</summary>
    public static IReadOnlyList<RedactionRule> All { get; } =
    [
        new("private-key", "The body of a PEM or PGP private key block; the BEGIN and END lines stay.", ["-----begin "], PrivateKeys.Match),
        new("op-reference", "What follows op:// in a 1Password secret reference.", ["op://"], PrefixedKeys.MatchOpReference),
        new("anthropic-key", "Anthropic keys and OAuth tokens: sk-ant-api03-, sk-ant-oat01-, sk-ant-admin01- and their kin.", ["sk-ant-"], PrefixedKeys.MatchAnthropic),
        new("openrouter-key", "OpenRouter keys: sk-or-v1-.", ["sk-or-"], PrefixedKeys.MatchOpenRouter),
        new("openai-project-key", "OpenAI project, service account and admin keys.", ["sk-proj-", "sk-svcacct-", "sk-admin-"], PrefixedKeys.MatchOpenAiProject),
        new("sk-key", "sk- and letters and digits that are no words, also behind words as in sk-lf-.", ["sk-"], PrefixedKeys.MatchSk),
        new("google-api-key", "Google API keys: AIza and 35 characters.", ["aiza"], PrefixedKeys.MatchGoogle),
        new("github-token", "GitHub tokens: ghp_, gho_, ghu_, ghs_, ghr_, github_pat_.", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"], PrefixedKeys.MatchGitHub),
        new("aws-access-key-id", "AWS access key ids: AKIA, ASIA, ABIA or ACCA and 16 characters.", ["akia", "asia", "abia", "acca"], PrefixedKeys.MatchAws),
        new("vendor-token", "Tokens by their issuer's prefix, such as xai-, gsk_, hf_, glpat-, npm_, xoxb-, ya29., sk_live_, SG.: a table of over a hundred.", [.. VendorToken.All.Select(t => new RuleAnchor(Encoding.ASCII.GetBytes(t.Prefix), t.Match))]),
        new("jwt", "JSON Web Tokens: two dotted base64url parts that both begin as JSON objects.", ["eyj"], TokenStructures.MatchJwt),
        new(ZaiKeyId, "Z.AI and Zhipu keys: 32 hexadecimal digits, a dot, 16 letters and digits.", [], static (ref _) => RuleMatch.None),
        new("url-credential", "The password in scheme://user:password@host, the token in scheme://token@host.", ["://", ":\\/\\/", ":\\\\/\\\\/"], UrlSecrets.MatchCredential),
        new("webhook", "The path of webhook URLs of Slack, Discord, Teams, Telegram, Zapier and Feishu.", [.. Webhooks.Select(Webhook)]),
        new("authorization", "The credentials in an authorization header, whatever the quoting.", ["authorization"], HeaderValues.MatchAuthorization),
        new("bearer", "A bearer token without its header's name: at least 20 characters, random or with a digit.", ["bearer"], HeaderValues.MatchBearer),
        new("docker-auth", "The login of a registry in a Docker configuration: auth and base64 of user:password.", ["auth\"", "auth\\", "auth'"], HeaderValues.MatchDockerAuth),
        new("cookie", "The first random value of a Cookie header and those behind it; the random value of a Set-Cookie header.", ["cookie"], HeaderValues.MatchCookie),
        new("command-password", "Random passwords that commands take: curl -u user:password, mysql -ppassword, sshpass -p password and their kin.", CommandSecrets.All),
        new("api-key-header", "The value of x-api-key, x-goog-api-key and api-key headers and --api-key options.", ["api-key"], HeaderValues.MatchApiKeyHeader),
        new("secret-assignment", "Values of upper-case names that end in TOKEN, PASSWORD, SECRET, KEY, PAT, PWD and their kin.", NamedValues.UpperCase),
        new("named-value", "Random values of other names that end so: in JSON, settings, code, options, XML, parameters of URLs.", NamedValues.OtherCase),
        new("url-parameter", "Random values of the parameters key, sig and signature of URLs.", ["sig=", "key=", "signature="], UrlSecrets.MatchParameter),
        new("netrc", "The password in a line of .netrc.", ["machine "], UrlSecrets.MatchNetrc),
    ];

    private static string[] Webhooks => ["hooks.slack.com/", "/api/webhooks/", "webhook.office.com/", "api.telegram.org/bot", "hooks.zapier.com/hooks/", "/bot/v2/hook/"];

    private static RuleAnchor Webhook(string host)
    {
        var text = Encoding.ASCII.GetBytes(host);
        return new RuleAnchor(text, (ref reader) => UrlSecrets.MatchWebhook(ref reader, text));
    }
}
