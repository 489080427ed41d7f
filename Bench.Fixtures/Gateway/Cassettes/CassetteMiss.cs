using Bench.Fixtures.Gateway.Protocols;
using Microsoft.AspNetCore.Http;

namespace Bench.Fixtures.Gateway.Cassettes;

/// <summary>Words why a request is not on a cassette, without a word of its text.</summary>
internal static class CassetteMiss
{
    /// <summary>The error, answered with a status that no agent tries again.</summary>
    public static ApiError Of(Cassette cassette, IReadOnlyList<CassetteExchange> candidates, RouteSpec spec, ModelCall call, RequestKey key)
    {
        var which = FormattableString.Invariant($"A request of '{spec.JobId}' ({call.Model}, {key.Shape}) is not on '{cassette.Path}'");
        var cut = cassette.IsCutOff ? " The cassette's last line is cut off." : "";
        return new ApiError(StatusCodes.Status400BadRequest, GatewayRequest.CassetteMiss, $"{which}: {WhyOf(candidates, call, key)}.{cut} Record it again with Gateway:RecordTo.");
    }

    private static string WhyOf(IReadOnlyList<CassetteExchange> candidates, ModelCall call, RequestKey key)
    {
        if (candidates.Count == 0)
        {
            return "it holds nothing of this job";
        }

        var equal = candidates.Count(e => e.Key == key.Hash);
        if (equal > 0)
        {
            return FormattableString.Invariant($"the attempt asked this {equal}x when it was recorded, and now asks it once more");
        }

        if (candidates.All(e => e.Model != call.Model))
        {
            return $"the job asked {string.Join(", ", candidates.Select(e => e.Model).Distinct())} when it was recorded";
        }

        return candidates.FirstOrDefault(e => e.Shape == key.Shape) is not null
            ? "one of the same shape is there, with another text"
            : $"there are {string.Join("; ", candidates.Take(3).Select(e => e.Shape))}";
    }
}
