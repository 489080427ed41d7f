namespace Bench.Fixtures.Gateway.Protocols;

/// <summary>What went wrong with a request, free of any API's spelling.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Short code for the books, e.g. <c>model_not_found</c>.</param>
/// <param name="Message">What failed, why, and what to do.</param>
internal sealed record ApiError(int Status, string Code, string Message)
{
    public static ApiError InvalidRequest(string message) => new(400, "invalid_request", message);

    public static ApiError ModelNotFound(string model) => new(404, "model_not_found", model);

    public bool IsModelNotFound => Code == "model_not_found";
}

/// <summary>An error in an API's own shape.</summary>
/// <param name="Body">The JSON text.</param>
/// <param name="Name">The error's name in it.</param>
internal sealed record ApiErrorReply(string Body, string Name);
