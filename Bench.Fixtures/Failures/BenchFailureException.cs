namespace Bench.Fixtures.Failures;

/// <summary>A failed job, as a test throws it. One subclass per category.</summary>
public abstract class BenchFailureException : Exception
{
    private protected BenchFailureException(Failure failure, string message, Exception? inner)
        : base(message, inner)
    {
        Failure = failure;
    }

    /// <summary>Who is to blame, and why.</summary>
    public Failure Failure { get; }

    /// <summary>The reason code.</summary>
    public string Reason => Failure.Reason;

    /// <summary>Who ended the attempt.</summary>
    public EndedBy EndedBy => Failure.EndedBy;

    /// <summary>The classification rule that fired.</summary>
    public string RuleId => Failure.RuleId;

    /// <summary>The exception of the failure's category.</summary>
    public static BenchFailureException Of(Failure failure, string message, Exception? inner = null) => failure.Category switch
    {
        FailureCategory.Harness => new HarnessFailureException(failure, message, inner),
        FailureCategory.Model => new ModelFailureException(failure, message, inner),
        _ => new EnvFailureException(failure, message, inner),
    };
}

/// <summary>Bench itself failed.</summary>
public sealed class HarnessFailureException(Failure failure, string message, Exception? inner = null)
    : BenchFailureException(failure, message, inner);

/// <summary>The model, or the agent that drives it, failed.</summary>
public sealed class ModelFailureException(Failure failure, string message, Exception? inner = null)
    : BenchFailureException(failure, message, inner);

/// <summary>The machine, the network, the account or the provider's service failed.</summary>
public sealed class EnvFailureException(Failure failure, string message, Exception? inner = null)
    : BenchFailureException(failure, message, inner);
