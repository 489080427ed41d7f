using System.Text.RegularExpressions;

namespace Bench.Fixtures.Failures;

/// <summary>The beginnings of error messages, as the agents and their APIs were seen to word them.</summary>
internal static partial class ErrorPatterns
{
    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    /// <summary>What may stand before the sentence: the names of errors and a status, as in <c>API Error: 500 </c> or <c>[API Error: </c>.</summary>
    private const string Wrapping = @"^\s*(\[?API Error: |Error when talking to \w+ API |(Uncaught )?\w*(Error|Exception): |fatal: |exception |[45]\d\d )*";

    /// <summary>Where an error's sentence ends, and an ordinary one would go on in a meaning of its own.</summary>
    private const string Stop = @"(?=$|[.:;,!·|(\]""']| [-–—·|(\[])";

    [GeneratedRegex(Wrapping + @"(There's an issue with the selected model\b|Model not found: \S|models/\S+ is not (found|supported)\b|(The )?model:? [`'""]?[\w./:@-]+[`'""]? (does not exist|not found|is not (available|supported))\b|Requested entity was not found\b)", Options)]
    public static partial Regex ModelUnavailable();

    [GeneratedRegex(Wrapping + @"(Prompt is too long\b|Request too large\b|Session too large to compact\b|(Your )?input (exceeds|is too long for) the (model's )?context\b|The input token count (\(\d+\) )?exceeds\b|This model's maximum context length is \d)", Options)]
    public static partial Regex ContextOverflow();

    [GeneratedRegex(Wrapping + @"Claude's response exceeded the \d+ output token maximum\b", Options)]
    public static partial Regex OutputLimit();

    [GeneratedRegex(Wrapping + @"([\w./-]+(\[1m\])?'s safeguards flagged this message\b|Claude Code is unable to respond to this request, which appears to violate\b|The response was blocked (due to|by)\b|The provider refused the content\b)", Options)]
    public static partial Regex ContentRefused();

    [GeneratedRegex(Wrapping + @"((Not logged in|Please run /login|Invalid (API key|bearer token|x-api-key|authentication credentials)|API key not valid|Incorrect API key provided|Failed to authenticate)" + Stop + @"|Unauthorized$|Please set an Auth method in your\b|When using Gemini API, you must specify the GEMINI_API_KEY\b)", Options)]
    public static partial Regex Auth();

    [GeneratedRegex(Wrapping + @"(You have exhausted your (daily quota|capacity) on this model\b|Request rejected \(429\)|You exceeded your current quota\b|(Your account is in arrears|Resource has been exhausted|(Your )?(account )?(credit )?balance is (too low|insufficient)|(Account )?Insufficient (account )?(balance|credits|quota)|Rate limited|Too Many Requests)" + Stop + @"|Insufficient balance or no resource package\b|((API |Your )?(quota|rate limit|usage limit) (has been |was |is )?(exceeded|reached)|Claude (AI )?usage limit reached)(" + Stop + @"| for (requests|quota|model|[\w./-]+ (on|in)|\d+ hours?)\b))", Options)]
    public static partial Regex Quota();

    // "terminated" is what fetch says of a cut answer; a shell says "Terminated" of a killed job.
    [GeneratedRegex(Wrapping + @"((Cannot connect to API|Connection (refused|dropped|reset|closed|error)( by (peer|server))?|Unable to connect( to (the )?(API|server))?|fetch failed( sending request)?|socket hang up)" + Stop + @"|Connection to the API was lost\b|(?-i:terminated)\]?$|getaddrinfo E|(connect|read|write) E(CONN|HOST|NET|PIPE|TIMEDOUT)|The provider at '[^']*' (could not be reached|broke the connection)\b)", Options)]
    public static partial Regex Connection();

    [GeneratedRegex(Wrapping + @"((Overloaded|(The )?(model|server|service|engine) is (currently |temporarily )*(overloaded|unavailable)|Internal server error|Service Unavailable|Bad Gateway|Gateway Timeout|Request timed out|The operation timed out|SSE read timed out|Stream idle timeout)" + Stop + @"|\{""error"":\{[^{}]{0,500}""(type|code)"":""(server_error|overloaded_error|api_error|internal_server_error)"")", Options)]
    public static partial Regex Overloaded();

    [GeneratedRegex(@"^(ECONNRESET|ECONNREFUSED|ConnectionRefused|ConnectionClosed) at \S", Options)]
    public static partial Regex Server();

    [GeneratedRegex(Wrapping + @"(The )?model returned an empty response\b", Options)]
    public static partial Regex EmptyAnswer();

    [GeneratedRegex(Wrapping + @"(JSON parsing failed\b|JSON Parse error\b|Type validation failed\b|API returned an empty or malformed response\b|Unterminated string in JSON\b|Incomplete JSON segment\b|Unexpected (token .{1,40} (in|is not valid) JSON|end of JSON input)|Could not parse message into JSON\b)", Options)]
    public static partial Regex Malformed();

    [GeneratedRegex(Wrapping + @"(No input provided via stdin\b|Gemini CLI is not running in a trusted directory\b)", Options)]
    public static partial Regex Start();

    [GeneratedRegex(@"^\s*(\[?API Error: |\w*Error: |40[45] )*(<!doctype\b|<html\b|404 page not found\b|page not found\b|Cannot (GET|POST) /)", Options)]
    public static partial Regex WebPage();

    [GeneratedRegex(@"^(A line of standard output is longer than \d|The answer is too long to be read whole\b)", Options)]
    public static partial Regex ReadingLimit();

    [GeneratedRegex("\u001b\\[[0-9;]*[A-Za-z]", RegexOptions.CultureInvariant)]
    public static partial Regex Colours();
}
