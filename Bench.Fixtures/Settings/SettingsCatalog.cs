namespace Bench.Fixtures.Settings;

/// <summary>All settings with their defaults; docs/formats/settings.md lists the same.</summary>
public static class SettingsCatalog
{
    /// <summary>Environment variables with this prefix are settings; any other variable is none.</summary>
    public const string VariablePrefix = "BENCH__";

    private const string Duration = "a duration such as '300', '300s', '5m', '500ms' or '00:05:00'";
    private const string File = "the path of an existing file";
    private const string Folder = "the path of an existing folder";
    private const string Model = "the model's name, without blanks";

    /// <summary>All settings, in the order in which people think of them.</summary>
    public static IReadOnlyList<SettingDefinition> All { get; } =
    [
        new("Profile", "embedded", "'embedded', 'live', 'replay' or 'dry-run'", "what stands behind the model"),
        new("RunId", "", "at most 100 letters, digits, '.', '_' and '-', beginning with a letter or digit, not ending with '.', without '..'", "the run's id and the name of its folder; `bench-<UTC time>`, of a soak `soak-<UTC time>`, when not given, with `-2`, … behind it when that is taken"),
        new("Resume", "", "the id of a run in OutputDir, or the path of its folder", "goes on with a run that was cancelled or killed: runs the jobs that have no final record"),
        new("Rerun", "", "the id of a finished run in OutputDir, or the path of its folder", "runs again only what failed in that run, with its settings, as a run of its own"),
        new("PromptsFile", "prompts/benchmark_prompts.json", "the path of a file", "the prompt set"),
        new("Prompts", "", "a list of prompt ids", "the prompts of the file to run, in the file's order; all when not given") { Shape = SettingShape.List },
        new("Workflows", "cc_glm_headless,opencode_run_headless,opencode_server_http,opencode_server_attach_run", "a list of workflow ids", "the workflows to run") { Shape = SettingShape.List },
        new("Parallel", "auto", "'auto' or a whole number from 1", "jobs in flight at once; auto takes the number of cores that Bench may use, 4 at most, and starts no agent while half as many, at least one, are at work: an agent needs more than a core until it has waited a second for its model. So a scripted model, which answers at once, is asked by fewer agents at a time than a provider's. One that never asks its model holds the others' start until it ends, or StallThreshold or Timeout ends it"),
        new("ProviderLimits", "", "provider=number pairs, each number from 1", "most jobs in flight per provider") { Shape = SettingShape.Map },
        new("Model:OpenCode", "zhipuai-coding-plan/glm-5", "'provider/model', without blanks", "the model of OpenCode's lanes; also by `OPENCODE_MODEL`"),
        new("Model:CcGlm", "glm-5", Model, "the model of cc-glm; also by `CC_GLM_MODEL`"),
        new("Model:Gemini", "gemini-3-flash-preview", Model, "the model of Gemini; also by `GEMINI_MODEL`"),
        new("Fallback", "", "a list of 'cc-glm' and 'gemini'", "where jobs go on whose model is unavailable on their lane, as records of their own; nowhere when not given") { Shape = SettingShape.List },
        new("MaxRetries", "1", "a whole number from 0", "attempts beyond the first, per job"),
        new("AgentRetries", "2", "a whole number from 0", "failed model requests that an agent may repeat by itself, per attempt; Gemini never does"),
        new("Timeout", "300s", $"{Duration}, from 1 ms to 24 h", "limit of one attempt, from the submit of its prompt"),
        new("StallThreshold", "120s", $"{Duration}, from 1 ms to 24 h", "an attempt without any sign of life for this long is stalled"),
        new("MaxLogBytes", "67108864", "a whole number from 65536 to 2147483647", "the most bytes of each log of an agent, of the server and of events: of more, the first and the last half are kept"),
        new("Trials", "1", "a whole number from 1 to 10000", "repetitions of each prompt and workflow"),
        new("Soak:Rounds", "", "a whole number from 1 to 10000", "makes the run a soak: the clean rounds in a row that are required; gives some other settings other defaults (docs/soak.md)"),
        new("Soak:MaxRounds", "", "a whole number from 1 to 10000, not below Soak:Rounds", "the most rounds that are tried; as many as Soak:Rounds when not given"),
        new("Soak:Dispatcher", "", "the path of a dx-runner, or its name on PATH", "runs the soak's jobs in place of Bench's own lanes; live profile"),
        new("Faults", "", "a list of fault ids, or 'all'", "runs every prompt once per fault that the gateway injects; no benchmark (docs/chaos.md)") { Shape = SettingShape.List },
        new("FaultExpectations", "", File, "how each lane must end under each fault; `chaos/expectations.json` beside the prompt file when it is there, else rows are judged as ever"),
        new("Seed", "0", "a whole number", "seed of order, jitter and back-off"),
        new("Order", "interleaved", "'interleaved' or 'sequential'", "start order of the jobs"),
        new("OnEnvFailure", "auto", "'auto', 'fail' or 'skip'", "what an env failure does to its test; auto fails in CI and skips elsewhere. A refused key and an agent that a setting names never skip, and a run in which every test was skipped fails"),
        new("OutputDir", "artifacts/opencode-cc-glm-bench", "the path of a folder", "holds the run folders"),
        new("Gateway:Port", "0", "a whole number from 0 to 65535", "the gateway's port on 127.0.0.1; 0 takes a free one"),
        new("Gateway:FirstTokenDelay", "20ms", $"{Duration}, from 0 to 24 h", "time before the first token of a scripted answer"),
        new("Gateway:TokensPerSecond", "2000", "a number from 0", "pace of a scripted answer; 0 is as fast as possible"),
        new("Gateway:Jitter", "0.1", "a number from 0 to 1", "relative spread of both, drawn from the seed"),
        new("Gateway:Models", "glm-5,gemini-3-flash-preview", "a list of model names without provider", "the models that the scripted model serves; any other is unavailable") { Shape = SettingShape.List },
        new("Gateway:AnswerAs", "", Model, "the model name that scripted answers carry, for trying the mismatch check"),
        new("Gateway:ScriptedDir", "", Folder, "the scripted answers; `scripted` beside the prompt file when not given"),
        new("Gateway:RecordTo", "", "the path of a file that does not exist", "records all model requests and answers to this cassette; embedded and live profiles"),
        new("Gateway:Cassette", "", File, "the cassette that answers in the replay profile"),
        new("Gateway:ReplayPace", "1", "a number from 0", "factor on a cassette's times; 1 is as recorded, 0 at once"),
        new("Gateway:FaultPlan", "", File, "faults per job or request number (docs/formats/fault-plan.md)"),
        new("Agents:OpenCode", "", "the path of a file", "`opencode`; looked for when not given"),
        new("Agents:Claude", "", "the path of a file", "`claude`; looked for when not given"),
        new("Agents:Gemini", "", "the path of a file", "`gemini`; looked for when not given"),
        new("Agents:Dir", "", Folder, "the folder with the pinned `node_modules`; `agents` below the root when it has them"),
        new("Agents:SearchPath", "true", "'true' or 'false'", "looks on PATH when neither a setting nor the folder has the agent"),
        new("CcGlm:HeadlessScript", "", File, "a script with the contract of cc-glm-headless.sh; `claude` runs directly when not given"),
        new("Live:OpenCode:BaseUrl", "", "an http or https address", "the real API behind OpenCode's lanes (OpenAI chat completions)"),
        new("Live:OpenCode:KeyVariable", "", "the name of an environment variable", "the variable that holds its key"),
        new("Live:CcGlm:BaseUrl", "", "an http or https address", "the real API behind cc-glm (Anthropic messages)"),
        new("Live:CcGlm:KeyVariable", "", "the name of an environment variable", "the variable that holds its key"),
        new("Live:Gemini:BaseUrl", "", "an http or https address", "the real API behind Gemini"),
        new("Live:Gemini:KeyVariable", "", "the name of an environment variable", "the variable that holds its key"),
        new("WorkTree", "", "the top folder of an existing git work tree", "the agents work in it, all of them, and may change it; an empty tree per attempt when not given"),
        new("Dispatch:Dir", "artifacts/dispatch", "the path of a folder", "holds the state of dispatched jobs (docs/dispatch.md)"),
        new("Dispatch:Limits", "opencode=2,cc-glm=2,gemini=1", "provider=number pairs, each number from 1", "most dispatched jobs in flight, per provider") { Shape = SettingShape.Map },
        new("Dispatch:MaxRuntime", "120m", $"{Duration}, from 1 ms to 24 h", "limit of a dispatched job"),
        new("Dispatch:NoMutation", "30m", $"{Duration}, from 0 to 24 h", "a dispatched job in a given work tree that has not changed for this long is ended; 0 never ends one"),
        new("Dispatch:Stall", "20m", $"{Duration}, from 1 ms to 24 h", "a dispatched job without output and model traffic for this long is ended"),
        new("PricesFile", "", File, "the price table; costs stay unknown when not given"),
        new("JUnitFile", "", "the path of a file", "the tests' results as JUnit XML, for CI systems; none when not given. Where there is a file, `name-2.xml`, …"),
        new("KeepWorkspaces", "false", "'true' or 'false'", "keeps the jobs' work trees and homes; the manifest names their folder"),
    ];

    /// <summary>The setting with this key (letter case ignored), or null.</summary>
    public static SettingDefinition? Find(string key) => All.FirstOrDefault(setting => setting.Key.Equals(key, StringComparison.OrdinalIgnoreCase));

    /// <summary>The lanes' own variables for their models, and the settings that they stand for.</summary>
    internal static IReadOnlyDictionary<string, string> ModelVariables { get; } = new Dictionary<string, string>
    {
        ["OPENCODE_MODEL"] = "Model:OpenCode",
        ["CC_GLM_MODEL"] = "Model:CcGlm",
        ["GEMINI_MODEL"] = "Model:Gemini",
    };
}
