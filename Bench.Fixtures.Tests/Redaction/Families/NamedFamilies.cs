using System.Text.Json;

namespace Bench.Fixtures.Tests.Redaction.Families;

/// <summary>Values that a name before them gives away.</summary>
internal static class NamedFamilies
{
    private static readonly string[] Upper =
    [
        "GITHUB_TOKEN", "ZAI_API_KEY", "DB_PASSWORD", "CLIENT_SECRET", "AWS_SECRET_ACCESS_KEY", "SECRET_KEY", "GITLAB_PAT", "DB_PWD", "DEPLOY_KEY",
        "GPG_PASSPHRASE", "AWS_BEARER_TOKEN_BEDROCK", "TOKEN", "API_KEY_2", "SSH_PRIVATE_KEY", "SESSION_SECRET", "STRIPE_KEY",
    ];

    private static readonly string[] Lower =
    [
        "password", "token", "secret", "refresh_token", "access_token", "my_api_key", "apiKey", "clientSecret", "accessToken", "db_password", "secretKey",
        "SecretAccessKey", "SessionToken", "aws_secret_access_key", "private_token", "passphrase", "authToken", "encryption_key", "Password", "x-auth-token",
    ];

    public static IReadOnlyList<SecretFamily> All { get; } =
    [
        new("upper-case names, NAME=value", r => Of(r, Upper, Token(r), (n, v) => r.Pick($"{n}={v}", $"export {n}={v}\n", $"env {n}={v} run", $"-e {n}={v}"))),
        new("upper-case names, quoted", r => Of(r, Upper, Quoted(r), (n, v) => r.Pick($"{n}=\"{v}\"", $"{n}='{v}'", $"\"{n}\": \"{v}\"", $"const {n} = \"{v}\";", $"'{n}': '{v}',"))),
        new("upper-case names, spaced or with a colon", r => Of(r, Upper, Token(r), (n, v) => r.Pick($"{n} = {v}\n", $"{n}: {v}\n", $"  {n}: {v}\n"))),
        new("other names in JSON", r => Of(r, Lower, Quoted(r), (n, v) => r.Pick($"{{\"{n}\":\"{v}\"}}", $"{{\"{n}\": \"{v}\", \"x\": 1}}", $"{{'{n}': '{v}'}}"))),
        new("other names in JSON inside JSON", r => Of(r, Lower, Quoted(r), (n, v) => JsonSerializer.Serialize(new { text = $"{{\"{n}\":\"{v}\"}}" }), v => JsonSerializer.Serialize(v)[1..^1])),
        new("other names in code", r => Of(r, Lower, Quoted(r), (n, v) => r.Pick($"{n} = \"{v}\"", $"{n}='{v}'", $"const {n.Replace('-', '_')}: string = \"{v}\";", $"{n} := `{v}`", $"{n}=b'{v}'", $"config[\"{n}\"] = \"{v}\"", $"'{n}' => '{v}',"))),
        new("other names in settings files", r => Of(r, Lower, Token(r), (n, v) => r.Pick($"{n}={v}\n", $"{n} = {v}\n", $"{n}: {v}\n", $"spring.{n}={v}\n"))),
        new("options of commands", r => Of(r, ["--token", "--password", "--api-key", "--secret", "--access-token", "--auth-token", "--db-password"], Token(r), (n, v) => r.Pick($"tool {n} {v} run", $"tool {n}={v} run", $"tool {n} '{v}'"))),
        new("XML elements and settings", r => Of(r, ["password", "apiKey", "token", "ClearTextPassword"], Token(r), (n, v) => r.Pick($"<{n}>{v}</{n}>", $"<add key=\"{n}\" value=\"{v}\" />"))),
        new("name and value of a container's variables", r => Of(r, [.. Upper, .. Lower], Token(r), (n, v) => r.Pick($"{{\"name\": \"{n}\", \"value\": \"{v}\"}}", $"{{\"name\":\"{n}\",\"value\":\"{v}\"}}"))),
        new("connection strings", r => Of(r, ["Password", "Pwd", "AccountKey", "SharedAccessKey"], Token(r), (n, v) => $"Server=db;User Id=sa;{n}={v};Encrypt=true")),
        new(".npmrc", r => Of(r, ["_authToken", "_password", "_auth"], Token(r), (n, v) => $"//registry.npm.example/:{n}={v}\n")),
        new(".netrc", r => Of(r, ["login me password", "login a@example.com password"], Token(r), (n, v) => $"machine api.example.com {n} {v}\n")),
        new("XML character data", r => Of(r, ["password", "secret", "token"], Token(r), (n, v) => r.Pick($"<{n}><![CDATA[{v}]]></{n}>", $"<{n}>\n  <![CDATA[{v}]]>\n</{n}>"))),
        new("values on the next line", r => Of(r, ["password", "api_key", "accessToken", "client_secret"], Token(r), (n, v) => r.Pick($"{n} = (\n    \"{v}\"\n)", $"const {n} =\n  '{v}';", $"{n}: >-\n  {v}\n", $"{n} = \\\n    \"{v}\""))),
        new("values with & and *", r => Of(r, ["password", "db_password", "DB_PASSWORD", "secret"], r.Of(RandomText.Base62, 6, 12) + r.Pick("&", "*", "#", "%", "&*") + r.Of(RandomText.Base62, 6, 12), (n, v) => $"{n}={v}\n")),
        new("passwords of commands", r => Of(r, ["bot", "me@example.com"], r.Of(RandomText.Base62, 12, 24), (n, v) => r.Pick($"curl -u {n}:{v} https://example.com", $"curl --user '{n}:{v}' https://example.com", $"mysql -u {n} -p{v} app", $"sshpass -p {v} ssh {n}@host", $"[\"curl\",\"-u\",\"{n}:{v}\"]"))),
        new("Docker configurations", r => Of(r, ["bot"], r.Of(RandomText.Base62, 12, 24), (n, v) => $"{{\"auths\":{{\"r.example\":{{\"auth\":\"{Pair(n, v)}\"}}}}}}", v => Pair("bot", v))),
        new("cookies", r => Of(r, ["session", "sid", "JSESSIONID", "connect.sid"], r.Pick(r.Of(RandomText.Base62, 24, 40), r.Of(RandomText.Hex, 32)), (n, v) => r.Pick($"Cookie: lang=en; {n}={v}\r\n", $"Set-Cookie: {n}={v}; Path=/; HttpOnly\r\n", $"\"cookie\": \"{n}={v}\""))),
        new("authorization headers", r => Of(r, ["Bearer", "token", "Basic"], r.Of(RandomText.Base64, 40), (n, v) => r.Pick($"Authorization: {n} {v}", $"{{\"authorization\":\"{n} {v}\"}}", $"-H 'Authorization: {n} {v}'"))),
        new("bearer tokens", r => Of(r, ["Bearer"], r.Pick(r.Of(RandomText.Base62, 24, 60), r.Of(RandomText.Letters, 34)), (n, v) => $"sent {n} {v} twice")),
        new("API key headers", r => Of(r, ["x-api-key", "X-Goog-Api-Key", "api-key", "Ocp-Apim-Subscription-Key", "PRIVATE-TOKEN", "X-Auth-Token"], Token(r), (n, v) => r.Pick($"{n}: {v}\r\n", $"\"{n}\": \"{v}\"", $"-H '{n}: {v}'"))),
    ];

    private static string Pair(string user, string password) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{user}:{password}"));

    private static string Token(RandomText random) => random.Token();

    private static string Quoted(RandomText random) => random.Number(0, 3) == 0 ? Password(random) : random.Token();

    /// <summary>Starts with a letter or a digit, as most password generators see to; the first sign decides whether it is a placeholder.</summary>
    private static string Password(RandomText random) => random.Of(RandomText.Base62, 1) + random.Of(RandomText.Password, 13, 31);

    private static SecretExample Of(RandomText random, string[] names, string value, Func<string, string, string> write, Func<string, string>? shown = null) =>
        new(write(random.Pick(names), value), shown is null ? value : shown(value));
}
