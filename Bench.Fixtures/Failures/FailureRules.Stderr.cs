using System.Text.RegularExpressions;

namespace Bench.Fixtures.Failures;

/// <summary>
/// What stands on standard error, by rules that hold a line at its beginning; only where no good end came. After the first model request a line may be a tool's or the model's:
/// then only a whole line in the runtime's own words excuses the model.
/// </summary>
public static partial class FailureRules
{
    private const RegexOptions LineOptions = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    private static IEnumerable<FailureRule> OfStderr() =>
    [
        Harness("stderr.state_locked", FailureReasons.StartFailed, EndedBy.Harness, "Standard error before the first model request: the agent's database is locked, or its migration failed: two agents began on one data folder.", OnStderrUnasked(StateLocked().IsMatch)),
        Harness("stderr.port_in_use", FailureReasons.PortInUse, EndedBy.Harness, "Standard error: `EADDRINUSE`; after the first model request only as the whole line `Error: listen EADDRINUSE: address already in use …`.", OnStderr(PortInUse(), PortInUseLine())),
        Env("stderr.disk_full", FailureReasons.DiskFull, EndedBy.Env, "Standard error: `ENOSPC`, `No space left on device`; after the first model request only as the whole line `Error: ENOSPC: no space left on device, …`.", OnStderr(DiskFull(), DiskFullLine())),
        Harness("stderr.usage", FailureReasons.StartFailed, EndedBy.Harness, "Standard error before the first model request: the agent does not know an option that Bench gave it, or refuses its session id or prompt.", OnStderrUnasked(Usage().IsMatch)),
        Env("stderr.cli_missing", FailureReasons.CliMissing, EndedBy.Env, "Standard error before the first model request: a shell did not find the program.", OnStderrUnasked(CliMissing().IsMatch)),
        Env("stderr.permission_denied", FailureReasons.PermissionDenied, EndedBy.Env, "Standard error before the first model request: `EACCES` or `Permission denied` for a file.", OnStderrUnasked(PermissionDenied().IsMatch)),
        .. ErrorSigns.All.Select(signs => signs.Category == FailureCategory.Model
            ? OfSigns("stderr", signs, "by the beginning of a line on standard error", OnStderr(signs.Message))
            : OfSigns("stderr", signs, "by the beginning of a line on standard error before the first model request", OnStderrUnasked(signs.Message))),
    ];

    private static bool IsAsked(AttemptEvidence evidence) => evidence.ModelRequests > 0;

    private static Func<AttemptEvidence, string?> OnStderrUnasked(Func<string, bool> isSign) => evidence => IsAsked(evidence) ? null : OnStderr(isSign)(evidence);

    private static Func<AttemptEvidence, string?> OnStderr(Regex beginning, Regex wholeLine) => evidence => OnStderr(IsAsked(evidence) ? wholeLine.IsMatch : beginning.IsMatch)(evidence);

    private static Func<AttemptEvidence, string?> OnStderr(Func<string, bool> isSign) => evidence =>
        IsGood(evidence) ? null : evidence.StderrTail.Select(ErrorSigns.WithoutColours).FirstOrDefault(isSign);

    [GeneratedRegex(@"^(\w*Error: )*(database is locked(?=$|[.:;(])|Failed query: (create|alter|drop|insert|pragma)\b)", LineOptions)]
    private static partial Regex StateLocked();

    [GeneratedRegex(@"^(\w*Error: )*(listen )?EADDRINUSE(?=$|: )", LineOptions)]
    private static partial Regex PortInUse();

    [GeneratedRegex(@"^((\w*Error: )*ENOSPC(?=$|: )|([\w./-]+: ){0,4}No space left on device$)", LineOptions)]
    private static partial Regex DiskFull();

    [GeneratedRegex(@"^(Error: )?listen EADDRINUSE: address already in use( \S+)?$", LineOptions)]
    private static partial Regex PortInUseLine();

    [GeneratedRegex(@"^(Error: )?ENOSPC: no space left on device(, \w+( '[^']*')?)?$", LineOptions)]
    private static partial Regex DiskFullLine();

    [GeneratedRegex(@"^(error: (unknown option|unknown command|option '|missing required argument)|Unknown arguments?: |Error: (Invalid session ID|Session ID \S+ is already in use)|No conversation found with session ID\b|No input provided via stdin\b)", LineOptions)]
    private static partial Regex Usage();

    [GeneratedRegex(@"^(([\w./-]+: ){0,3}(line \d+: )?[\w./-]+: command not found$|[\w./-]+: \d+: (exec: )?[\w./-]+: not found$|(/usr/bin/)?env: \S+: No such file or directory$)", LineOptions)]
    private static partial Regex CliMissing();

    [GeneratedRegex(@"^((\w*Error: )*EACCES(?=$|: )|([\w./-]+: ){0,3}(line \d+: )?[\w./-]+: Permission denied$)", LineOptions)]
    private static partial Regex PermissionDenied();
}
