using System.Net;

namespace Bench.Fixtures.Servers;

/// <summary>A call of an OpenCode server's API failed, or was answered by something that is not its API.</summary>
public sealed class OpenCodeApiException : Exception
{
    internal OpenCodeApiException(string call, HttpStatusCode? status, string? errorName, string why, Exception? inner = null)
        : base($"OpenCode's server did not do '{call}': {why}", inner)
    {
        Status = status;
        ErrorName = errorName;
    }

    /// <summary>The HTTP status; null when no answer came.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>The error's name, as the API spells it; null when it names none.</summary>
    public string? ErrorName { get; }
}
