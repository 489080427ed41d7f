namespace Bench.Fixtures.Gates;

/// <summary>Git could not be asked: it is not there, there is no repository, or it failed.</summary>
public sealed class GitException : Exception
{
    internal GitException(string reasonCode, string message, string nextAction, Exception? inner = null)
        : base(message, inner)
    {
        ReasonCode = reasonCode;
        NextAction = nextAction;
    }

    /// <summary>One of <see cref="GateReasons"/>.</summary>
    public string ReasonCode { get; }

    /// <summary>What to do, as a sentence.</summary>
    public string NextAction { get; }
}
