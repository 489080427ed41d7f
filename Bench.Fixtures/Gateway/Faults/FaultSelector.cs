using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Bench.Fixtures.Gateway.Faults;

/// <summary>Says which request fails how: the job's own fault before the plan's rules. The same seed, plan and request numbers give the same faults.</summary>
internal sealed class FaultSelector(FaultPlan? plan, int runSeed)
{
    private readonly ConcurrentDictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>Counts an own request of a job, and gives the rule that it falls under; null when it is to be answered.</summary>
    public FaultRule? Next(RouteSpec spec)
    {
        var number = counts.AddOrUpdate(spec.JobId, 1, (_, count) => count + 1);
        return spec.Fault is { } fault ? FaultRule.EveryRequest(fault) : RulesOf(spec).FirstOrDefault(rule => rule.Requests.Contains(number) && IsDrawn(rule, spec.JobId, number));
    }

    /// <summary>The fault that every request of the job meets; null where it depends on the request.</summary>
    public string? CertainFaultOf(RouteSpec spec) => spec.Fault ?? (RulesOf(spec).FirstOrDefault() is { } first && first.IsCertainFor(spec.JobId) ? first.Fault : null);

    private IEnumerable<FaultRule> RulesOf(RouteSpec spec) => plan is null ? [] : plan.Rules.Where(rule => rule.Concerns(spec.JobId));

    private bool IsDrawn(FaultRule rule, string jobId, int number)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{plan!.Seed ?? runSeed}:{rule.Id}:{jobId}:{number}");
        var drawn = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))) >> 11;
        return drawn / (double)(1UL << 53) < rule.Probability;
    }
}
