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
        new("private-key", "The body of a PEM or PGP private key block; the BEGIN and END lines stay.", ["-----begin "], KeyBlocks.MatchPrivateKey),
        new("op-reference", "What follows op:// in a 1Password secret reference.", ["op://"], PrefixedKeys.MatchOpReference),
        new("anthropic-key", "Anthropic keys and OAuth tokens: sk-ant-api03-, sk-ant-oat01-, sk-ant-admin01- and their kin.", ["sk-ant-"], PrefixedKeys.MatchAnthropic),
        new("openrouter-key", "OpenRouter keys: sk-or-v1-.", ["sk-or-"], PrefixedKeys.MatchOpenRouter),
        new("openai-project-key", "OpenAI project, service account and admin keys.", ["sk-proj-", "sk-svcacct-", "sk-admin-"], PrefixedKeys.MatchOpenAiProject),
        new("sk-key", "sk- followed by at least 12 letters and digits with a digit among them, or at least 20.", ["sk-"], PrefixedKeys.MatchSk),
        new("google-api-key", "Google API keys: AIza and 35 characters.", ["aiza"], PrefixedKeys.MatchGoogle),
        new("github-token", "GitHub tokens: ghp_, gho_, ghu_, ghs_, ghr_, github_pat_.", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"], PrefixedKeys.MatchGitHub),
        new("aws-access-key-id", "AWS access key ids: AKIA or ASIA and 16 characters.", ["akia", "asia"], PrefixedKeys.MatchAws),
        new("jwt", "JSON Web Tokens: two dotted base64url parts that both begin as JSON objects.", ["eyj"], KeyBlocks.MatchJwt),
        new(ZaiKeyId, "Z.AI and Zhipu keys: 32 hexadecimal digits, a dot, 16 letters and digits.", [], static (ref _) => RuleMatch.None),
        new("authorization", "The credentials in an authorization header, whatever the quoting.", ["authorization"], NamedValues.MatchAuthorization),
        new("bearer", "A bearer token without its header's name: at least 20 characters with a digit.", ["bearer"], NamedValues.MatchBearer),
        new("api-key-header", "The value of x-api-key, x-goog-api-key and api-key headers and --api-key options.", ["api-key"], NamedValues.MatchApiKeyHeader),
        new("secret-assignment", "Values of upper-case names that end in TOKEN, API_KEY, ACCESS_KEY, SECRET, PASSWORD and their kin.", NamedValues.AssignedNames, NamedValues.MatchAssignment),
        new("json-key", "Quoted values named apiKey, access_token, refresh_token, auth_token, client_secret and their spellings.", NamedValues.JsonNames, NamedValues.MatchJsonKey),
    ];
}
