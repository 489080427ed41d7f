using System.Text.RegularExpressions;

namespace Bench.Fixtures.Failures;

/// <summary>What stands on standard error, by rules that hold a line at its beginning; only where no good end came.</summary>
public static partial class FailureRules
{
    private const RegexOptions LineOptions = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private static IEnumerable<FailureRule> OfStderr() =>
    [
        Harness("stderr.state_locked", FailureReasons.StartFailed, EndedBy.Harness, "Standard error: the agent's database is locked, or its migration failed: two agents began on one data folder.", OnStderr(StateLocked())),
        Harness("stderr.port_in_use", FailureReasons.PortInUse, EndedBy.Harness, "Standard error: `EADDRINUSE`.", OnStderr(PortInUse())),
        Env("stderr.disk_full", FailureReasons.DiskFull, EndedBy.Env, "Standard error: `ENOSPC`, `No space left on device`.", OnStderr(DiskFull())),
        Harness("stderr.usage", FailureReasons.StartFailed, EndedBy.Harness, "Standard error: the agent does not know an option that Bench gave it, or refuses its session id or prompt.", OnStderr(Usage())),
        Env("stderr.cli_missing", FailureReasons.CliMissing, EndedBy.Env, "Standard error: a shell did not find the program.", OnStderr(CliMissing())),
        Env("stderr.permission_denied", FailureReasons.PermissionDenied, EndedBy.Env, "Standard error: `EACCES` or `Permission denied` for a file.", OnStderr(PermissionDenied())),
        .. ErrorSigns.All.Select(signs => OfSigns("stderr", signs, "by the beginning of a line on standard error", OnStderr(signs.Message))),
    ];

    private static Func<AttemptEvidence, string?> OnStderr(Regex pattern) => OnStderr(pattern.IsMatch);

    private static Func<AttemptEvidence, string?> OnStderr(Func<string, bool> isSign) => evidence =>
        IsGood(evidence) ? null : evidence.StderrTail.Select(ErrorSigns.WithoutColours).FirstOrDefault(isSign);

    [GeneratedRegex(@"^(\w*Error: )*(database is locked\b|Failed query: (create|alter|drop|insert|pragma)\b)", LineOptions)]
    private static partial Regex StateLocked();

    [GeneratedRegex(@"^(\w*Error: )*(listen )?EADDRINUSE\b", LineOptions)]
    private static partial Regex PortInUse();

    [GeneratedRegex(@"^((\w*Error: )*ENOSPC\b|([\w./-]+: ){0,4}No space left on device$)", LineOptions)]
    private static partial Regex DiskFull();

    [GeneratedRegex(@"^(error: (unknown option|unknown command|option '|missing required argument)|Unknown arguments?: |Error: (Invalid session ID|Session ID \S+ is already in use)|No conversation found with session ID\b|No input provided via stdin\b)", LineOptions)]
    private static partial Regex Usage();

    [GeneratedRegex(@"^(([\w./-]+: ){0,3}(line \d+: )?[\w./-]+: command not found$|[\w./-]+: \d+: (exec: )?[\w./-]+: not found$|(/usr/bin/)?env: \S+: No such file or directory$)", LineOptions)]
    private static partial Regex CliMissing();

    [GeneratedRegex(@"^((\w*Error: )*EACCES\b|([\w./-]+: ){0,3}(line \d+: )?[\w./-]+: Permission denied$)", LineOptions)]
    private static partial Regex PermissionDenied();
}
