using System.ComponentModel;
using System.Net.Http;
using System.Net.Sockets;
using System.Text.Json;

namespace Bench.Fixtures.Failures;

/// <summary>What Bench itself threw, by type and system error number; the message is never searched.</summary>
public static partial class FailureRules
{
    private const int Eperm = 1;
    private const int Enoent = 2;
    private const int Eacces = 13;
    private const int Enospc = 28;
    private const int Edquot = 122;

    // ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL as Windows reports them.
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    private static IEnumerable<FailureRule> OfExceptions() =>
    [
        Env("exception.start_denied", FailureReasons.PermissionDenied, EndedBy.Env, "A program could not be started: EACCES or EPERM.", OnStart((errno, _) => errno is Eacces or Eperm)),
        Env("exception.start_missing", FailureReasons.CliMissing, EndedBy.Env, "A program could not be started: it, or its interpreter, does not exist (ENOENT).", OnStart((errno, isMissing) => isMissing || errno == Enoent)),
        Harness("exception.start", FailureReasons.StartFailed, EndedBy.Harness, "A program could not be started for another reason.", OnStart((_, _) => true)),
        Env("exception.disk_full", FailureReasons.DiskFull, EndedBy.Env, "A file could not be written: ENOSPC or EDQUOT.", On<IOException>(IsDiskFull)),
        Harness("exception.artifact", FailureReasons.ArtifactWriteFailed, EndedBy.Harness, "A file of the run could not be written for another reason: read-only, deleted, a folder in its place (ArtifactException).", On<ArtifactException>()),
        Env("exception.access_denied", FailureReasons.PermissionDenied, EndedBy.Env, "Bench may not read or write a file (UnauthorizedAccessException).", On<UnauthorizedAccessException>()),
        Harness("exception.port_in_use", FailureReasons.PortInUse, EndedBy.Harness, "A port that Bench wants to listen on is taken.", On<SocketException>(e => e.SocketErrorCode == SocketError.AddressAlreadyInUse)),
        Env("exception.server", FailureReasons.ServerUnavailable, EndedBy.Env, "The agent's own server did not answer Bench (HttpRequestException, SocketException).", e => On<HttpRequestException>()(e) ?? On<SocketException>()(e)),
        Harness("exception.timeout", FailureReasons.WaitTimeout, EndedBy.Harness, "Bench waited for something in vain (TimeoutException); the attempt's own limit is `limit.timeout`.", On<TimeoutException>()),
        Harness("exception.json", FailureReasons.ParserError, EndedBy.Harness, "Bench could not read JSON (JsonException).", On<JsonException>()),
        Harness("exception.io", FailureReasons.ArtifactWriteFailed, EndedBy.Harness, "A file could not be written for another reason (IOException).", On<IOException>(e => e is not (FileNotFoundException or EndOfStreamException))),
        Harness("exception.other", FailureReasons.ExecutorException, EndedBy.Harness, "Anything else that Bench threw.", On<Exception>()),
    ];

    private static Func<AttemptEvidence, string?> On<T>(Func<T, bool>? condition = null)
        where T : Exception =>
        evidence => evidence.Exception.Chain().OfType<T>().FirstOrDefault(e => condition is null || condition(e)) is { } found ? EvidenceText.Of(found) : null;

    private static Func<AttemptEvidence, string?> OnStart(Func<int?, bool, bool> condition) => evidence =>
    {
        foreach (var exception in evidence.Exception.Chain())
        {
            var isMatch = exception switch
            {
                IStartProblem problem => condition(problem.ErrorNumber, problem.IsFileMissing),

                // Of the same values as errno on Unix; 2 is "file not found" on Windows too. A socket's error is one as well.
                Win32Exception problem and not SocketException => condition(problem.NativeErrorCode, false),
                _ => false,
            };
            if (isMatch)
            {
                return EvidenceText.Of(exception);
            }
        }

        return null;
    };

    private static bool IsDiskFull(IOException exception) => exception.HResult is Enospc or Edquot or WindowsDiskFull or WindowsHandleDiskFull;
}
