using System.Text.RegularExpressions;

namespace Bench.Fixtures.Failures;

/// <summary>
/// What an agent says that ended without a single model request: key, network or program were missing, whatever the model is like.
/// A line is held at its beginning. The id says in which log the line stands: <c>stderr.…</c> or <c>stdout.…</c>.
/// </summary>
public static partial class FailureRules
{
    private static IEnumerable<FailureRule> OfUnasked() =>
    [
        .. OfUnasked("stderr", "standard error", e => e.StderrTail),
        .. OfUnasked("stdout", "standard output, or of the agent's error event,", ErrorLines),
    ];

    private static IEnumerable<FailureRule> OfUnasked(string log, string where, Func<AttemptEvidence, IEnumerable<string>> lines) =>
    [
        Env($"{log}.unasked_auth", FailureReasons.AuthError, EndedBy.Agent, $"No model request was seen, and a line of {where} begins with `401 Unauthorized`, `Missing API key`, `Token file not found` or the like.", OnUnasked(lines, IsAuth)),
        Env($"{log}.unasked_connection", FailureReasons.ConnectionFailed, EndedBy.Env, $"No model request was seen, and a line of {where} begins with `curl: (7)`, `Could not resolve host`, `Connection refused` or the like.", OnUnasked(lines, IsConnection)),
        Env($"{log}.unasked_cli_missing", FailureReasons.CliMissing, EndedBy.Env, $"No model request was seen, and a line of {where} is a shell's `command not found`.", OnUnasked(lines, IsCommandNotFound)),
    ];

    private static Func<AttemptEvidence, string?> OnUnasked(Func<AttemptEvidence, IEnumerable<string>> lines, Func<string, bool> isSign) => evidence =>
        evidence.ModelRequests == 0 && !IsGood(evidence) ? lines(evidence).Select(ErrorSigns.WithoutColours).FirstOrDefault(isSign) : null;

    private static IEnumerable<string> ErrorLines(AttemptEvidence evidence) => [.. evidence.StdoutLines, .. evidence.ErrorMessage?.Split('\n') ?? []];

    private static bool IsAuth(string line) => UnaskedAuth().IsMatch(line) || ErrorPatterns.Auth().IsMatch(line);

    private static bool IsConnection(string line) => UnaskedConnection().IsMatch(line) || ErrorPatterns.Connection().IsMatch(line);

    private static bool IsCommandNotFound(string line) => UnaskedCommand().IsMatch(line) || CliMissing().IsMatch(line);

    // A time, a level, a program's name, a script's line: what loggers and shells put before the sentence.
    private const string Before = @"^((\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d[\w.,:+-]* |\[[^\]]{1,60}\]:? ?|(fatal|error|err|warn|warning|failed|exception|\w*Error|\w*Exception)( \(\w+\))?: ?|(fatal|error|warn|warning) +|" + Program + @": (line \d+: )?)*";

    // Not every word with a colon: what an author's note or a heading begins with is no program.
    private const string Program = @"([\w.-]*/[\w./-]*|\w+(-\w+)+(\.\w+)?|\w+\.sh|(?-i:bash|sh|dash|zsh|ksh|fish|curl|wget|git|ssh|nc|env|node|npm|npx|bun|python3?|claude|opencode|gemini|getaddrinfo|connect))";

    private const string Host = @"[""'`]?(https?://\S|[\w.-]+:\d|[\w-]+(\.[\w-]+)+|localhost\b|\d)";

    // Where an error's sentence ends, and an ordinary one would go on in a meaning of its own.
    private const string End = @"(?=[.!]?$|: |\. | ?\(| [-–·] | (for|with|by|at|from) " + Host + ")";

    [GeneratedRegex(Before + @"(((HTTP(/\d(\.\d)?)? ?(status|error|code|response)?( code)?:? ?|(Request failed with|Unexpected( server response)?:?|Got|Received)( HTTP)? ?(status)?( code)?:? ?)(401|403)( Unauthorized| Forbidden)?|(401|403)[ :,-]+(Unauthorized|Forbidden)|Authentication (failed|error|required)|(Missing|No|Invalid|Expired) ((API|access|auth|authentication) (key|token)|apiKey)( (was )?(found|provided|set|given|configured))?|API key (is |was )?(missing|required|invalid|expired|not (set|found|provided|configured))|ProviderAuthError|Please run /login|Not logged in|(Token|Key|Credentials?) file (is |was )?(not found|missing|does not exist))" + End + @"|curl: \(22\) .{0,60}\b(401|403)$|(Unauthorized|Forbidden)([.!]?$|: ((an? |the )?(invalid|missing|expired|wrong|bad|no) )?((API|access|auth|authentication) )?(token|key|credentials?)" + End + @")|(?-i:[A-Z][A-Z0-9]*_[A-Z0-9_]*(KEY|TOKEN))(: | is | was )(not set|unset|missing|required|unbound variable|parameter (null or )?not set)" + End + ")", LineOptions)]
    private static partial Regex UnaskedAuth();

    [GeneratedRegex(Before + @"(curl: \((5|6|7|28|35|52|55|56|60)\)|(Could not resolve (host|proxy)|(connect: )?Connection (refused|timed out|reset by peer)|Temporary failure in name resolution|Name or service not known|Network is unreachable|No route to host)" + End + @"|Failed to connect to (\S+ port \d|" + Host + @"\S*" + End + @")|connect to (host )?\S+( port \d+)?( \(\w+\))?( failed)?: Connection (refused|timed out)$|(connect |getaddrinfo )?(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)(" + End + "| (?=" + Host + ")))", LineOptions)]
    private static partial Regex UnaskedConnection();

    [GeneratedRegex(Before + @"(command not found(: \S{1,200})?$|[\w./-]{1,200}: command not found$|Unknown command: \S{1,200}$)", LineOptions)]
    private static partial Regex UnaskedCommand();
}
