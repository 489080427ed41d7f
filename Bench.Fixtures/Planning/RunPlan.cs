using System.Security.Cryptography;
using System.Text;
using Bench.Fixtures.Prompts;

namespace Bench.Fixtures.Planning;

/// <summary>The jobs of a run, in start order.</summary>
public sealed record RunPlan
{
    /// <summary>In start order; ids are unique; ordinals rise, and are 0, 1, 2, … in a whole plan.</summary>
    public required IReadOnlyList<Job> Jobs { get; init; }

    /// <summary>SHA-256 over everything that decides what the jobs do (prompt set hash, jobs, models, seed, limits); equal plans have equal hashes.</summary>
    public required string PlanHash { get; init; }

    /// <summary>The plan with these jobs only, e.g. those that a test filter leaves. Order and ordinals stay; the hash changes unless all jobs stay.</summary>
    /// <exception cref="BenchUsageException">An id is not in the plan; names all such ids.</exception>
    public RunPlan Select(IEnumerable<string> jobIds)
    {
        var ids = jobIds.ToHashSet(StringComparer.Ordinal);
        var selected = Jobs.Where(job => ids.Contains(job.JobId)).ToList();
        ids.ExceptWith(selected.Select(job => job.JobId));
        if (ids.Count > 0)
        {
            var known = Jobs.Select(job => job.JobId).ToList();
            throw new BenchUsageException([.. ids.Order(StringComparer.Ordinal).Select(id =>
                $"The job '{id}' is not in the plan.{NearestName.Hint(id, known)} 'dotnet bench plan' lists the jobs.")]);
        }

        return selected.Count == Jobs.Count ? this : new() { Jobs = selected, PlanHash = HashOf(selected) };
    }

    private string HashOf(IEnumerable<Job> selected)
    {
        var text = $"{PlanHash}\n{string.Join('\n', selected.Select(job => job.JobId))}\n";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
