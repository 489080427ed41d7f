namespace Bench.Fixtures.Failures;

/// <summary>What a person does about a failure: one sentence per reason.</summary>
public static class FailureAdvice
{
    private static readonly Dictionary<string, string> ByReason = new()
    {
        [FailureReasons.ExecutorException] = "Bench itself failed; report it with the record and its logs.",
        [FailureReasons.StartFailed] = "The agent could not be started; run `dotnet bench preflight`.",
        [FailureReasons.PortInUse] = "Another program has the port; free it, or set the port to 0.",
        [FailureReasons.ParserError] = "The agent's output is not what this version of Bench reads; compare the agent's version with agents/package.json.",
        [FailureReasons.ArtifactWriteFailed] = "The run folder could not be written; check space and rights of OutputDir.",
        [FailureReasons.WaitTimeout] = "Bench waited in vain; see the logs beside the record.",
        [FailureReasons.CollectFailed] = "Run `dotnet bench collect` on the run folder to see why.",
        [FailureReasons.SummarizeFailed] = "Run `dotnet bench summarize` on the run folder to see why.",
        [FailureReasons.CassetteMiss] = "Run with the prompts, models and agents that the cassette was recorded with, or record it again: profile embedded or live with Gateway:RecordTo.",
        [FailureReasons.GatewayRefused] = "Bench's gateway was over a limit of its own; run fewer jobs at once (Parallel), and report it if that does not help.",
        [FailureReasons.PromptNotDelivered] = "The agent did not read its standard input; see its logs, and try its command by hand.",
        [FailureReasons.AgentNotStarted] = "The agent ran and never asked its model; see its logs for what it waited for.",
        [FailureReasons.HostOverloaded] = "The machine was too busy for the agent to begin; run fewer jobs at once (Parallel), stop other programs, or raise Timeout.",
        [FailureReasons.HostSuspended] = "Bench or the machine stood still meanwhile; keep the laptop awake and the container or process unpaused, and run again.",
        [FailureReasons.ScriptMismatch] = "The scripted answer does not fit this version of the agent: change the answer (docs/formats/scripted-answer.md), or run the pinned agent of agents/package.json.",
        [FailureReasons.UnattributedSession] = "Model requests named no session of this run; compare the agent's version with agents/package.json: another one may send no session header.",
        [FailureReasons.UnexpectedOutcome] = "Bench does not handle this fault as the expectations say; read the record as a sceptic, then correct the rule or the expectation.",
        [FailureReasons.ModelUnavailable] = "The provider does not serve this model; correct Model in bench.json, or the account's plan. Bench takes no other model by itself; the setting Fallback (cc-glm, gemini) names a route.",
        [FailureReasons.ModelMismatch] = "Another model answered than the one asked for: the number says nothing about the lane; check the provider's routing.",
        [FailureReasons.Timeout] = "The lane did not end within Timeout; see its logs for the last sign of life, raise Timeout if it was at work.",
        [FailureReasons.StalledRun] = "Neither output, model traffic nor work of its processes for StallThreshold; see the logs for the last sign of life.",
        [FailureReasons.RuntimeNonzero] = "The agent ended with an error; its standard error log says which.",
        [FailureReasons.MalformedOutput] = "Agent or provider sent what neither should; see the events of the attempt.",
        [FailureReasons.EmptyAnswer] = "The model said nothing; if it happens again, the lane is not fit for this prompt.",
        [FailureReasons.HintMismatch] = "The answer lacks what the prompt asked for; read `answer` in the record.",
        [FailureReasons.CheckFailed] = "The answer did not pass a check; read `checks` in the record.",
        [FailureReasons.ErrorEvent] = "The agent reported an error; see the evidence and its logs.",
        [FailureReasons.RequestRefused] = "The provider does not take what the agent sends; compare the agent's version with what the provider's API supports.",
        [FailureReasons.ContextOverflow] = "The conversation outgrew the model's context; shorten the prompt or choose another model.",
        [FailureReasons.OutputLimit] = "The answer did not fit the model's output limit; raise the limit, or ask for less.",
        [FailureReasons.ContentRefused] = "The provider refused the content; reword the prompt.",
        [FailureReasons.CliMissing] = "Build with npm available (the build restores agents/), put the agent on PATH, or name it in Agents.",
        [FailureReasons.CliVersionMismatch] = "The agent changed during the run; stop it from updating itself and run again.",
        [FailureReasons.AuthError] = "The provider refused the key; check the variable that Live names.",
        [FailureReasons.ProviderNotConfigured] = "Configure the provider for this lane (Live in bench.json).",
        [FailureReasons.WrongBaseUrl] = "Correct BaseUrl of the lane's system under Live (bench.live.json): the address of the model API itself; redirects are not followed.",
        [FailureReasons.QuotaOrRateLimit] = "The account's limit is reached; lower ProviderLimits or wait.",
        [FailureReasons.ProviderOverloaded] = "The provider is overloaded; try again later.",
        [FailureReasons.UpstreamNoAnswer] = "The provider said HTTP 200 and gave no answer of a model; read its words in the evidence, then check the account (plan, balance, access to the model) and BaseUrl of the lane's system under Live.",
        [FailureReasons.ConnectionFailed] = "The provider could not be reached; check network and base URL.",
        [FailureReasons.ServerUnavailable] = "The agent's server was gone; see raw/*__server.log.",
        [FailureReasons.PermissionDenied] = "The account may not do what the agent tried; check rights of the temporary folder and the agent's binary.",
        [FailureReasons.DiskFull] = "Free some space and run again.",
    };

    /// <summary>The advice for a failure.</summary>
    public static string For(Failure failure) => For(failure.Reason);

    /// <summary>The advice for a failure reason.</summary>
    public static string For(string reason) => ByReason.GetValueOrDefault(reason, "See the record and its logs.");

    /// <summary>Which of the agent's outputs holds the text that a rule has read: <c>stderr</c> or <c>stdout</c>; null for other rules.</summary>
    public static string? LogOf(string? ruleId) => ruleId?.Split('.')[0] is "stderr" or "stdout" ? ruleId.Split('.')[0] : null;

    /// <summary>The reasons that have an advice of their own.</summary>
    public static IReadOnlyCollection<string> Reasons => ByReason.Keys;
}
