namespace Bench.Fixtures.Redaction;

/// <summary>A token that its issuer marks with a prefix; the prefix is replaced with it.</summary>
/// <param name="Issuer">Who issues it.</param>
/// <param name="Prefix">How it begins, exactly.</param>
/// <param name="Alphabet">What it goes on with.</param>
/// <param name="Least">The least number of bytes after the prefix.</param>
/// <param name="IsExact">It has just so many, and what is longer is something else.</param>
internal sealed record VendorToken(string Issuer, string Prefix, ByteClass Alphabet, int Least, bool IsExact = false)
{
    private const int LeastPercent = 15;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<VendorToken> All { get; } =
    [
        new("1Password", "ops_eyJ", ByteClass.Base64, 64),
        new("Adobe", "p8e-", ByteClass.Letters, 32),
        new("age", "AGE-SECRET-KEY-1", ByteClass.Letters, 58),
        new("Alibaba Cloud", "LTAI", ByteClass.Letters, 20, IsExact: true),
        new("Amazon Bedrock", "ABSK", ByteClass.Base64, 64),
        new("Artifactory", "AKCp", ByteClass.Letters, 64),
        new("Atlassian", "ATATT3", ByteClass.WordBase64, 40),
        new("Atlassian", "ATCTT3", ByteClass.WordBase64, 40),
        new("Atlassian", "ATBB", ByteClass.Letters, 28, IsExact: true),
        new("Brevo", "xkeysib-", ByteClass.Word, 64),
        new("Brevo", "xsmtpsib-", ByteClass.Word, 64),
        new("Cerebras", "csk-", ByteClass.Letters, 40),
        new("Clojars", "CLOJARS_", ByteClass.Letters, 60),
        new("Contentful", "CFPAT-", ByteClass.Word, 40),
        new("crates.io", "cio", ByteClass.Letters, 32, IsExact: true),
        new("Databricks", "dapi", ByteClass.Letters, 32),
        new("Defined Networking", "dnkey-", ByteClass.Word, 40),
        new("DigitalOcean", "dop_v1_", ByteClass.Letters, 60),
        new("DigitalOcean", "doo_v1_", ByteClass.Letters, 60),
        new("DigitalOcean", "dor_v1_", ByteClass.Letters, 60),
        new("Docker Hub", "dckr_pat_", ByteClass.Word, 24),
        new("Docker Hub", "dckr_oat_", ByteClass.Word, 24),
        new("Doppler", "dp.pt.", ByteClass.Letters, 40),
        new("Doppler", "dp.st.", ByteClass.Dotted, 40),
        new("Duffel", "duffel_live_", ByteClass.WordBase64, 40),
        new("Duffel", "duffel_test_", ByteClass.WordBase64, 40),
        new("Dynatrace", "dt0c01.", ByteClass.Dotted, 64),
        new("EasyPost", "EZAK", ByteClass.Letters, 54),
        new("EasyPost", "EZTK", ByteClass.Letters, 54),
        new("Figma", "figd_", ByteClass.Word, 36),
        new("Fireworks", "fw_", ByteClass.Letters, 22, IsExact: true),
        new("Flutterwave", "FLWSECK-", ByteClass.Word, 32),
        new("Flutterwave", "FLWSECK_TEST-", ByteClass.Word, 12),
        new("Fly.io", "fo1_", ByteClass.Word, 40),
        new("Fly.io", "fm1a_", ByteClass.Base64, 64),
        new("Fly.io", "fm1r_", ByteClass.Base64, 64),
        new("Fly.io", "fm2_", ByteClass.Base64, 64),
        new("Frame.io", "fio-u-", ByteClass.WordBase64, 60),
        new("GitLab", "glpat-", ByteClass.Dotted, 20),
        new("GitLab", "gloas-", ByteClass.Word, 40),
        new("GitLab", "gldt-", ByteClass.Word, 20),
        new("GitLab", "glrt-", ByteClass.Dotted, 20),
        new("GitLab", "glcbt-", ByteClass.Word, 20),
        new("GitLab", "glptt-", ByteClass.Word, 20),
        new("GitLab", "glft-", ByteClass.Word, 20),
        new("GitLab", "glimt-", ByteClass.Word, 20),
        new("GitLab", "glagent-", ByteClass.Word, 40),
        new("GitLab", "glsoat-", ByteClass.Word, 20),
        new("GitLab", "glffct-", ByteClass.Word, 20),
        new("GitLab", "GR1348941", ByteClass.Word, 20),
        new("Google OAuth", "ya29.", ByteClass.Word, 30),
        new("Google OAuth", "GOCSPX-", ByteClass.Word, 24),
        new("Google OAuth", "1//0", ByteClass.Word, 40),
        new("Grafana", "glc_", ByteClass.Base64, 32),
        new("Grafana", "glsa_", ByteClass.Word, 40),
        new("Groq", "gsk_", ByteClass.Letters, 40),
        new("Harness", "pat.", ByteClass.Dotted, 64),
        new("HashiCorp Vault", "hvs.", ByteClass.Word, 24),
        new("HashiCorp Vault", "hvb.", ByteClass.Word, 60),
        new("HashiCorp Vault", "hvr.", ByteClass.Word, 60),
        new("Heroku", "HRKU-", ByteClass.Word, 36),
        new("Hugging Face", "hf_", ByteClass.Letters, 30),
        new("Hugging Face", "api_org_", ByteClass.Letters, 30),
        new("Infracost", "ico-", ByteClass.Letters, 32, IsExact: true),
        new("Jina", "jina_", ByteClass.Letters, 40),
        new("LangSmith", "lsv2_pt_", ByteClass.Word, 32),
        new("LangSmith", "lsv2_sk_", ByteClass.Word, 32),
        new("Linear", "lin_api_", ByteClass.Letters, 32),
        new("Linear", "lin_oauth_", ByteClass.Letters, 32),
        new("Mailgun", "key-", ByteClass.Letters, 32, IsExact: true),
        new("New Relic", "NRAK-", ByteClass.Letters, 24),
        new("New Relic", "NRII-", ByteClass.Word, 30),
        new("Notion", "ntn_", ByteClass.Letters, 40),
        new("npm", "npm_", ByteClass.Letters, 36),
        new("NVIDIA", "nvapi-", ByteClass.Word, 40),
        new("Octopus Deploy", "API-", ByteClass.Letters, 26, IsExact: true),
        new("OpenShift", "sha256~", ByteClass.Word, 43),
        new("Perplexity", "pplx-", ByteClass.Letters, 40),
        new("Pinecone", "pcsk_", ByteClass.Word, 40),
        new("PlanetScale", "pscale_tkn_", ByteClass.Dotted, 32),
        new("PlanetScale", "pscale_pw_", ByteClass.Dotted, 32),
        new("PlanetScale", "pscale_oauth_", ByteClass.Dotted, 32),
        new("PostHog", "phx_", ByteClass.Letters, 36),
        new("Postman", "PMAK-", ByteClass.Word, 50),
        new("Prefect", "pnu_", ByteClass.Letters, 36),
        new("Pulumi", "pul-", ByteClass.Letters, 40),
        new("PyPI", "pypi-", ByteClass.Word, 50),
        new("ReadMe", "rdme_", ByteClass.Letters, 64),
        new("Replicate", "r8_", ByteClass.Letters, 36),
        new("RubyGems", "rubygems_", ByteClass.Letters, 48),
        new("Scalingo", "tk-us-", ByteClass.Word, 48),
        new("SendGrid", "SG.", ByteClass.Dotted, 60),
        new("Sentry", "sntrys_", ByteClass.Base64, 60),
        new("Sentry", "sntryu_", ByteClass.Letters, 60),
        new("Shippo", "shippo_live_", ByteClass.Letters, 40),
        new("Shippo", "shippo_test_", ByteClass.Letters, 40),
        new("Shopify", "shpat_", ByteClass.Letters, 32),
        new("Shopify", "shpca_", ByteClass.Letters, 32),
        new("Shopify", "shppa_", ByteClass.Letters, 32),
        new("Shopify", "shpss_", ByteClass.Letters, 32),
        new("Slack", "xoxb-", ByteClass.Word, 20),
        new("Slack", "xoxp-", ByteClass.Word, 20),
        new("Slack", "xoxa-", ByteClass.Word, 20),
        new("Slack", "xoxr-", ByteClass.Word, 20),
        new("Slack", "xoxo-", ByteClass.Word, 20),
        new("Slack", "xoxs-", ByteClass.Word, 20),
        new("Slack", "xoxc-", ByteClass.Word, 20),
        new("Slack", "xoxd-", ByteClass.UrlRest, 20),
        new("Slack", "xoxe-", ByteClass.Word, 20),
        new("Slack", "xoxe.xox", ByteClass.Word, 20),
        new("Slack", "xapp-", ByteClass.Word, 20),
        new("SonarQube", "squ_", ByteClass.Letters, 40),
        new("SonarQube", "sqp_", ByteClass.Letters, 40),
        new("SonarQube", "sqa_", ByteClass.Letters, 40),
        new("Sourcegraph", "sgp_", ByteClass.Word, 40),
        new("Square", "sq0atp-", ByteClass.Word, 22),
        new("Square", "sq0csp-", ByteClass.Word, 40),
        new("Stripe", "sk_live_", ByteClass.Letters, 16),
        new("Stripe", "sk_test_", ByteClass.Letters, 16),
        new("Stripe", "rk_live_", ByteClass.Letters, 16),
        new("Stripe", "rk_test_", ByteClass.Letters, 16),
        new("Stripe", "whsec_", ByteClass.Base64, 24),
        new("Supabase", "sbp_", ByteClass.Letters, 40),
        new("Supabase", "sb_secret_", ByteClass.Word, 24),
        new("Tailscale", "tskey-", ByteClass.Word, 24),
        new("Tavily", "tvly-", ByteClass.Word, 28),
        new("Telegram", ":AA", ByteClass.Word, 33, IsExact: true),
        new("Terraform Cloud", ".atlasv1.", ByteClass.WordBase64, 60),
        new("Together", "tgp_v1_", ByteClass.Word, 40),
        new("Typeform", "tfp_", ByteClass.Dotted, 40),
        new("xAI", "xai-", ByteClass.Letters, 60),
        new("Yandex Cloud", "AQVN", ByteClass.Word, 35),
    ];

    /// <summary>Judges a place where the prefix was found.</summary>
    public RuleMatch Match(ref RuleReader reader)
    {
        var start = reader.Position;
        Span<byte> prefix = stackalloc byte[Prefix.Length];
        System.Text.Encoding.ASCII.GetBytes(Prefix, prefix);
        if (!reader.TakeExact(prefix) || (ByteClass.Letters.Contains(prefix[0]) && !WordStart.Is(reader.Window, start)))
        {
            return reader.Miss;
        }

        var head = reader.TakeHead(Alphabet, IsExact ? Least : Math.Min(Math.Max(Least, RuleReader.HeadLimit), 2 * RuleReader.HeadLimit));
        var isKey = head.Length >= Least && IsToken(reader.Bytes(head)) && (!IsExact || reader.IsAtEndOf(ByteClass.Word));
        if (reader.IsShort || !isKey)
        {
            return reader.Miss;
        }

        return RuleMatch.Of(start, head.End, head.Continues && !IsExact ? Alphabet : null);
    }

    // With such a prefix, only what is clearly words is none.
    private static bool IsToken(ReadOnlySpan<byte> value) =>
        ValueShape.IsHex(value) || (Randomness.Surprises(value) is var surprises && surprises >= 3 && surprises * 100 >= LeastPercent * value.Length);
}
