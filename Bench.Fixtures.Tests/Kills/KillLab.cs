using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Xml.Linq;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Tests.Kills;

/// <summary>
/// Bench.Tests as a user starts it, in processes of its own, to be killed. Its jobs run a script on the cc-glm lane: a "quick" prompt is
/// answered at once, a "slow" one only when <see cref="Release"/> was called before, and every attempt leaves a daemon in a session of its own, as agents do.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class KillLab : IDisposable
{
    // What an agent does: one model request, and its text.
    private const string Request = """
        fetch(process.env.CC_GLM_BASE_URL + "/v1/messages", {
          method: "POST", headers: { "content-type": "application/json", authorization: "Bearer " + process.env.CC_GLM_AUTH_TOKEN },
          body: JSON.stringify({ model: process.env.CC_GLM_MODEL, max_tokens: 99, messages: [ { role: "user", content: require("fs").readFileSync(process.argv[1], "utf8") } ] })
        }).then(a => a.json()).then(a => console.log(a.content[0].text))
        """;

    private readonly TestFolder folder = new();
    private UserProcess? top;

    private static string ProjectFolder => Path.Combine(TestFolder.RepositoryRoot, "Bench.Tests");

    // The configuration of this assembly is that of the one beside it.
    private static string Executable => Path.Combine(ProjectFolder, "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "Bench.Tests");

    /// <summary>The only run's folder; null until it is there.</summary>
    public RunFolder? Run => Directory.Exists(folder.At("runs")) && Directory.GetDirectories(folder.At("runs")) is [var only] && File.Exists(new RunFolder(only).Manifest)
        ? new RunFolder(only)
        : null;

    /// <summary>The process that was started.</summary>
    public int TopId => top!.Id;

    /// <summary>What the last top process printed.</summary>
    public string Output => top!.Output;

    /// <summary>Job ids with a whole journal line of this event.</summary>
    public IReadOnlyList<string> Jobs(string eventName)
    {
        if (Run is not { } run || !File.Exists(run.Journal))
        {
            return [];
        }

        using var stream = new FileStream(run.Journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var text = new StreamReader(stream).ReadToEnd();
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        return [.. whole.Split('\n').Where(l => l.Contains($"\"event\":\"{eventName}\"", StringComparison.Ordinal)).Select(l => JsonDocument.Parse(l).RootElement.GetProperty("job_id").GetString()!)];
    }

    /// <summary>Whether both logs of a prompt's first attempt are there.</summary>
    public bool HasLogs(string prompt) =>
        Run is { } run && File.Exists(run.StdoutLog($"cc_glm_headless__{prompt}", 0)) && File.Exists(run.StderrLog($"cc_glm_headless__{prompt}", 0));

    /// <summary>Starts <c>dotnet test</c> on the built project.</summary>
    public void StartDotnetTest(params string[] prompts) => StartDotnetTest([], SettingsFor(prompts));

    /// <summary>Starts <c>dotnet test</c> on the built project with more arguments and these settings only.</summary>
    public void StartDotnetTest(string[] arguments, (string Key, string Value)[] settings) => Start(
        "dotnet",
        [
            "test", ProjectFolder, "--no-build", "-p:BenchRestoreAgents=false", "--results-directory", folder.At("results"),
            $"-p:BenchJUnitFile={folder.At("results", "junit.xml")}", "-c", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, .. arguments,
        ],
        settings);

    /// <summary>The rows of the only TRX file: name, outcome (<c>Passed</c>, <c>Failed</c>, <c>NotExecuted</c>) and message, by name.</summary>
    public IReadOnlyList<(string Name, string Outcome, string Message)> Rows() =>
    [
        .. from result in XDocument.Load(Directory.GetFiles(folder.At("results"), "*.trx").Single()).Descendants()
           where result.Name.LocalName == "UnitTestResult"
           let message = result.Descendants().FirstOrDefault(element => element.Name.LocalName == "Message")?.Value ?? ""
           orderby result.Attribute("testName")!.Value
           select (result.Attribute("testName")!.Value, result.Attribute("outcome")!.Value, message),
    ];

    /// <summary>Starts the test executable itself, with more settings when given.</summary>
    public void StartExecutable(string[] prompts, params (string Key, string Value)[] settings) => Start(Executable, [], [.. SettingsFor(prompts), .. settings]);

    /// <summary>Starts the test executable in the dry-run profile with these settings.</summary>
    public void StartDryRun(params (string Key, string Value)[] settings) => Start(Executable, [], [("Profile", "dry-run"), ("OutputDir", folder.At("runs")), .. settings]);

    /// <summary>From now on slow prompts are answered.</summary>
    public void Release() => folder.Write("released", "");

    /// <summary>Writes a file below the lab, and returns its path.</summary>
    public string Write(string relativePath, string text) => folder.Write(relativePath, text);

    /// <summary>A path below the lab.</summary>
    public string At(params string[] parts) => folder.At(parts);

    /// <summary>Waits until something holds; fails when the top process ends before, unless <paramref name="mayEnd"/>.</summary>
    public Task UntilAsync(Func<bool> holds, string what, bool mayEnd = false) => top!.UntilAsync(holds, what, mayEnd);

    /// <summary>The process of the started tree that plays this part; null when it is not there (yet).</summary>
    public int? Find(KillTarget target) => target switch
    {
        KillTarget.DotnetTest => top!.Id,
        KillTarget.TestHost => top!.Tree.Where(pid => CommandLine(pid).Any(a => a.EndsWith("testhost.dll", StringComparison.Ordinal))).Select(pid => (int?)pid).FirstOrDefault(),
        _ => Run is null ? null : OwnerOfRun(),
    };

    /// <summary>Sends a signal.</summary>
    public static void Signal(int pid, int signal, bool mayBeGone = false) => Assert.True(LibC.Kill(pid, signal) == 0 || mayBeGone, $"Process {pid} was gone.");

    /// <summary>Waits for the end of the top process and of all that it started; returns its exit code.</summary>
    public async Task<int> EndAsync()
    {
        var code = await top!.EndAsync();
        await UntilAsync(() => !top.Tree.Any(), "its children", mayEnd: true);
        return code;
    }

    /// <summary>Processes that carry the run's mark.</summary>
    public int Left() => Run is { } run && ManifestHeader.Read(run.Manifest).ProcessMark is { } mark ? ProcessReaper.Count(new RunMark("", mark)) : 0;

    public void Dispose()
    {
        top?.Dispose();
        folder.Dispose();
    }

    private (string Key, string Value)[] SettingsFor(string[] prompts)
    {
        var script = TestFolder.WriteProgram(folder.At("agent.sh"), $"""
            #!/bin/sh
            setsid sleep 1000 </dev/null >/dev/null 2>&1 &
            if grep -q slow "$2" && ! test -e {folder.At("released")}; then setsid sleep 1000 & wait; fi
            exec node -e '{Request}' "$2"
            """ + "\n");
        var set = prompts.Select(id => $$"""{ "id": "{{id}}", "category": "c", "title": "{{id}}", "prompt": "A {{id}} prompt.", "success_hints": ["DONE"] }""");
        var promptsFile = folder.Write("prompts.json", $$"""{ "version": 1, "name": "kills", "prompts": [ {{string.Join(", ", set)}} ] }""");
        foreach (var id in prompts)
        {
            folder.Write($"scripted/{id}.json", $$"""{ "schema_version": 1, "prompt_id": "{{id}}", "turns": [ { "text": "DONE" } ] }""");
        }

        return
        [
            ("PromptsFile", promptsFile), ("OutputDir", folder.At("runs")), ("Workflows", "cc_glm_headless"), ("CcGlm__HeadlessScript", script),
            ("Parallel", "2"), ("Order", "sequential"), ("MaxRetries", "0"), ("OnEnvFailure", "fail"),
            ("Agents__Dir", Path.Combine(TestFolder.RepositoryRoot, "agents")),
        ];
    }

    private void Start(string program, IEnumerable<string> arguments, (string Key, string Value)[] settings)
    {
        top?.Dispose();
        top = new UserProcess(folder.Path, program, arguments, settings.Select(setting => ("BENCH__" + setting.Key, setting.Value)));
    }

    private int? OwnerOfRun() =>
        ManifestHeader.Read(Run!.Manifest).ProcessMark is { } mark && int.Parse(mark.Split('.')[0], CultureInfo.InvariantCulture) is var pid && ProcTable.Read(pid) is { IsDead: false } ? pid : null;

    private static string[] CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/cmdline")).Split('\0');
        }
        catch (IOException)
        {
            return [];
        }
    }
}

/// <summary>Which process of a run is hit.</summary>
public enum KillTarget
{
    /// <summary>What the user started.</summary>
    DotnetTest,

    /// <summary>VSTest's host.</summary>
    TestHost,

    /// <summary>The executable that runs the jobs.</summary>
    Executable,
}
