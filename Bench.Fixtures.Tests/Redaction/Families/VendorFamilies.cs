using R = Bench.Fixtures.Tests.Redaction.Families.RandomText;

namespace Bench.Fixtures.Tests.Redaction.Families;

/// <summary>Tokens with an issuer's prefix, in the lengths and alphabets that the issuers or public scanners state.</summary>
internal static class VendorFamilies
{
    private static readonly (string Issuer, string Prefix, string Alphabet, int Least, int Most)[] Tokens =
    [
        ("1Password", "ops_eyJ", R.Base64, 250, 400), ("Adobe", "p8e-", R.Base36, 32, 32), ("age", "AGE-SECRET-KEY-1", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58, 58),
        ("Alibaba Cloud", "LTAI", R.Base62, 20, 20), ("Amazon Bedrock", "ABSK", R.Base64, 109, 200), ("Artifactory", "AKCp", R.Base62, 69, 69),
        ("Atlassian", "ATATT3", R.Word, 186, 186), ("Atlassian", "ATCTT3", R.Word, 186, 186), ("Atlassian", "ATBB", R.Base62, 28, 28), ("Brevo", "xkeysib-", R.Hex, 64, 64), ("Brevo", "xsmtpsib-", R.Hex, 64, 64),
        ("Cerebras", "csk-", R.Base36, 48, 48), ("Clojars", "CLOJARS_", R.Base36, 60, 60), ("Contentful", "CFPAT-", R.Word, 43, 43), ("crates.io", "cio", R.Base62, 32, 32),
        ("Databricks", "dapi", R.Hex, 32, 32), ("Defined Networking", "dnkey-", R.Word, 79, 79), ("DigitalOcean", "dop_v1_", R.Hex, 64, 64), ("DigitalOcean", "doo_v1_", R.Hex, 64, 64), ("DigitalOcean", "dor_v1_", R.Hex, 64, 64),
        ("Docker Hub", "dckr_pat_", R.Word, 27, 27), ("Docker Hub", "dckr_oat_", R.Word, 32, 32), ("Doppler", "dp.pt.", R.Base62, 43, 43), ("Doppler", "dp.st.", R.Base62, 43, 43),
        ("Duffel", "duffel_live_", R.Word, 43, 43), ("Duffel", "duffel_test_", R.Word, 43, 43), ("Dynatrace", "dt0c01.", R.Base62, 89, 89), ("EasyPost", "EZAK", R.Base62, 54, 54), ("EasyPost", "EZTK", R.Base62, 54, 54),
        ("Figma", "figd_", R.Word, 40, 40), ("Fireworks", "fw_", R.Base62, 22, 22), ("Flutterwave", "FLWSECK-", R.Hex, 32, 32), ("Flutterwave", "FLWSECK_TEST-", R.Hex, 32, 32),
        ("Fly.io", "fo1_", R.Word, 43, 43), ("Fly.io", "fm1a_", R.Base64, 100, 300), ("Fly.io", "fm1r_", R.Base64, 100, 300), ("Fly.io", "fm2_", R.Base64, 100, 300), ("Frame.io", "fio-u-", R.Word, 64, 64),
        ("GitLab", "glpat-", R.Word, 20, 20), ("GitLab", "gloas-", R.Word, 64, 64), ("GitLab", "gldt-", R.Word, 20, 20), ("GitLab", "glrt-", R.Word, 20, 20), ("GitLab", "glcbt-", R.Word, 22, 26), ("GitLab", "glptt-", R.Hex, 40, 40),
        ("GitLab", "glft-", R.Word, 20, 20), ("GitLab", "glimt-", R.Word, 25, 25), ("GitLab", "glagent-", R.Word, 50, 50), ("GitLab", "glsoat-", R.Word, 20, 20), ("GitLab", "glffct-", R.Word, 20, 20), ("GitLab", "GR1348941", R.Word, 20, 20),
        ("Google OAuth", "ya29.", R.Word, 68, 180), ("Google OAuth", "GOCSPX-", R.Word, 28, 28), ("Google OAuth", "1//0", R.Word, 60, 100), ("Grafana", "glc_", R.Base64, 32, 200), ("Grafana", "glsa_", R.Base62, 41, 41),
        ("Groq", "gsk_", R.Base62, 52, 52), ("Harness", "pat.", R.Base62, 68, 68), ("HashiCorp Vault", "hvs.", R.Word, 90, 120), ("HashiCorp Vault", "hvb.", R.Word, 138, 300), ("HashiCorp Vault", "hvr.", R.Word, 90, 120),
        ("Heroku", "HRKU-", R.Word, 60, 60), ("Hugging Face", "hf_", R.Letters, 34, 34), ("Hugging Face", "api_org_", R.Letters, 34, 34), ("Infracost", "ico-", R.Base62, 32, 32), ("Jina", "jina_", R.Base62, 60, 60),
        ("LangSmith", "lsv2_pt_", R.Hex, 43, 43), ("LangSmith", "lsv2_sk_", R.Hex, 43, 43), ("Linear", "lin_api_", R.Base62, 40, 40), ("Linear", "lin_oauth_", R.Base62, 64, 64), ("Mailgun", "key-", R.Hex, 32, 32),
        ("New Relic", "NRAK-", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 27, 27), ("New Relic", "NRII-", R.Word, 32, 32), ("Notion", "ntn_", R.Base62, 46, 46), ("npm", "npm_", R.Base62, 36, 36), ("NVIDIA", "nvapi-", R.Word, 64, 64),
        ("Octopus Deploy", "API-", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 26, 26), ("OpenShift", "sha256~", R.Word, 43, 43), ("Perplexity", "pplx-", R.Base62, 48, 48), ("Pinecone", "pcsk_", R.Word, 70, 70),
        ("PlanetScale", "pscale_tkn_", R.Word, 43, 43), ("PlanetScale", "pscale_pw_", R.Word, 43, 43), ("PlanetScale", "pscale_oauth_", R.Word, 43, 43), ("PostHog", "phx_", R.Base62, 43, 43), ("Postman", "PMAK-", R.Hex, 59, 59),
        ("Prefect", "pnu_", R.Base62, 36, 36), ("Pulumi", "pul-", R.Hex, 40, 40), ("PyPI", "pypi-", R.Word, 85, 200), ("ReadMe", "rdme_", R.Base36, 70, 70), ("Replicate", "r8_", R.Base62, 37, 37), ("RubyGems", "rubygems_", R.Hex, 48, 48),
        ("Scalingo", "tk-us-", R.Word, 48, 48), ("SendGrid", "SG.", R.Word, 66, 66), ("Sentry", "sntrys_", R.Base64, 100, 200), ("Sentry", "sntryu_", R.Hex, 64, 64), ("Shippo", "shippo_live_", R.Hex, 40, 40), ("Shippo", "shippo_test_", R.Hex, 40, 40),
        ("Shopify", "shpat_", R.Hex, 32, 32), ("Shopify", "shpca_", R.Hex, 32, 32), ("Shopify", "shppa_", R.Hex, 32, 32), ("Shopify", "shpss_", R.Hex, 32, 32),
        ("Slack", "xoxb-", R.Base62, 50, 56), ("Slack", "xoxp-", R.Base62, 70, 74), ("Slack", "xoxa-", R.Base62, 24, 48), ("Slack", "xoxr-", R.Base62, 24, 48), ("Slack", "xoxo-", R.Base62, 24, 48), ("Slack", "xoxs-", R.Base62, 24, 48),
        ("Slack", "xoxc-", R.Base62, 24, 48), ("Slack", "xoxd-", R.Base62, 24, 160), ("Slack", "xoxe-", R.Base62, 146, 146), ("Slack", "xoxe.xoxp-", R.Base62, 163, 166), ("Slack", "xapp-", R.Base62, 80, 100),
        ("SonarQube", "squ_", R.Hex, 40, 40), ("SonarQube", "sqp_", R.Hex, 40, 40), ("SonarQube", "sqa_", R.Hex, 40, 40), ("Sourcegraph", "sgp_", R.Hex, 40, 40), ("Square", "sq0atp-", R.Word, 22, 22), ("Square", "sq0csp-", R.Word, 43, 43),
        ("Stripe", "sk_live_", R.Base62, 24, 99), ("Stripe", "sk_test_", R.Base62, 24, 99), ("Stripe", "rk_live_", R.Base62, 24, 99), ("Stripe", "rk_test_", R.Base62, 24, 99), ("Stripe", "whsec_", R.Base64, 32, 32),
        ("Supabase", "sbp_", R.Hex, 40, 40), ("Supabase", "sb_secret_", R.Word, 31, 31), ("Tailscale", "tskey-auth-", R.Base62, 40, 50), ("Tavily", "tvly-", R.Base62, 32, 32), ("Telegram", "123456789:AA", R.Word, 33, 33),
        ("Terraform Cloud", ".atlasv1.", R.Word, 60, 70), ("Together", "tgp_v1_", R.Word, 43, 43), ("Typeform", "tfp_", R.Word, 59, 59), ("xAI", "xai-", R.Base62, 80, 80), ("Yandex Cloud", "AQVN", R.Word, 35, 38),
    ];

    /// <summary>The prefixes that are tried.</summary>
    public static IReadOnlyList<string> Prefixes { get; } = [.. Tokens.Select(t => t.Prefix)];

    /// <summary>A family for each issuer.</summary>
    public static IReadOnlyList<SecretFamily> All { get; } =
    [
        .. Tokens.GroupBy(t => t.Issuer).Select(g => new SecretFamily($"{g.Key}: {string.Join(", ", g.Select(t => $"`{t.Prefix}`"))}", r =>
        {
            var (_, prefix, alphabet, least, most) = r.Pick(g.ToArray());
            var example = r.Around(prefix + r.Of(alphabet, least, most));
            return example with { Secret = example.Secret[prefix.Length..] };
        })),
    ];
}
