using Bench.Fixtures.Failures;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Gateway;

/// <summary>What options and routes must be.</summary>
internal static class GatewayChecks
{
    private const int LargestPort = 65535;

    public static void Check(GatewayOptions options)
    {
        List<(bool IsWrong, string Problem)> rules =
        [
            (options.Port is < 0 or > LargestPort, FormattableString.Invariant($"Gateway:Port '{options.Port}' is no port. Give 0 to 65535; 0 takes a free one.")),
            (options.Token is { } token && !IsHeaderSafe(token), "The gateway's token is empty or holds characters that no HTTP header can. Give printable ASCII without blanks, or none."),
            (options.FirstTokenDelay < TimeSpan.Zero, FormattableString.Invariant($"Gateway:FirstTokenDelay '{options.FirstTokenDelay}' is negative. Give 0 or more.")),
            (!double.IsFinite(options.TokensPerSecond) || options.TokensPerSecond < 0, FormattableString.Invariant($"Gateway:TokensPerSecond '{options.TokensPerSecond}' is no pace. Give 0 (as fast as possible) or more.")),
            (options.Jitter is not (>= 0 and <= 1), FormattableString.Invariant($"Gateway:Jitter '{options.Jitter}' is no share. Give 0 to 1.")),
            (!double.IsFinite(options.ReplayPace) || options.ReplayPace < 0, FormattableString.Invariant($"Gateway:ReplayPace '{options.ReplayPace}' is no pace. Give 0 (at once), 1 (as recorded) or another number from 0.")),
            (options.MaxBodyBytes <= 0, FormattableString.Invariant($"The gateway's largest body '{options.MaxBodyBytes}' is no size. Give at least 1 byte.")),
            (options.MaxConcurrentRequests <= 0, FormattableString.Invariant($"The gateway's requests at once '{options.MaxConcurrentRequests}' is no number of requests. Give at least 1.")),
        ];
        var problems = rules.Where(r => r.IsWrong).Select(r => r.Problem).ToList();
        if (problems.Count > 0)
        {
            throw new BenchUsageException(problems);
        }
    }

    public static void Check(RouteSpec spec)
    {
        var sources = new object?[] { spec.Script, spec.Upstream, spec.Cassette }.Count(s => s is not null);
        if (sources != 1)
        {
            throw new ArgumentException(FormattableString.Invariant($"The route of job '{spec.JobId}' has {sources} of script, upstream and cassette. Give exactly one."), nameof(spec));
        }

        if (spec.Fault is { } fault && (spec.Script is null || !FaultCatalog.Ids.Contains(fault)))
        {
            throw new ArgumentException($"The route of job '{spec.JobId}' has the fault '{fault}'{(spec.Script is null ? " and no script: a real provider fails as it likes" : ", which does not exist")}.", nameof(spec));
        }

        if (spec.JobId.Trim('.').Length == 0 || !spec.JobId.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') || spec.Attempt < 0)
        {
            throw new ArgumentException(FormattableString.Invariant($"Job '{spec.JobId}', attempt {spec.Attempt}, cannot stand in a URL. Use letters, digits, '_', '-' and '.', and attempts from 0."), nameof(spec));
        }

        if (string.IsNullOrWhiteSpace(spec.PromptText))
        {
            throw new ArgumentException($"The prompt '{spec.PromptId}' of job '{spec.JobId}' is blank. Give its text.", nameof(spec));
        }

        if (spec.Upstream is { } upstream)
        {
            Check(upstream, spec.JobId);
        }
    }

    private static void Check(UpstreamTarget upstream, string jobId)
    {
        if (!Uri.TryCreate(upstream.BaseUrl, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"The upstream '{upstream.BaseUrl}' of job '{jobId}' is no http or https URL.", nameof(upstream));
        }

        if (!IsHeaderSafe(upstream.Key))
        {
            throw new ArgumentException($"The key of the upstream '{upstream.BaseUrl}' of job '{jobId}' is empty or holds characters that no HTTP header can.", nameof(upstream));
        }
    }

    private static bool IsHeaderSafe(string text) => text.Length > 0 && text.All(c => c is > ' ' and < '\x7f');
}
