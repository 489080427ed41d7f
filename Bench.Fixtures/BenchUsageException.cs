namespace Bench.Fixtures;

/// <summary>The caller's mistake: bad settings, prompts or arguments. Thrown before anything is spent; exit code 64.</summary>
public sealed class BenchUsageException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="problems">Every problem found, each with what, why and what to do; at least one.</param>
    public BenchUsageException(IReadOnlyList<string> problems)
        : base(string.Join(System.Environment.NewLine, problems))
    {
        Problems = problems;
    }

    /// <summary>Creates the exception for one problem.</summary>
    public BenchUsageException(string problem)
        : this([problem])
    {
    }

    /// <summary>None: where in Bench a caller's mistake was found helps nobody to correct it.</summary>
    public override string? StackTrace => null;

    /// <summary>Every problem found.</summary>
    public IReadOnlyList<string> Problems { get; }
}
