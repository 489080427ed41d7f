using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Agents;

[UnsupportedOSPlatform("windows")]
public sealed class AgentLocatorTests : IDisposable
{
    private static readonly AgentLocatorPlatform Linux = new() { System = "linux", Architecture = "x64" };

    private readonly TestFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = 3 * TestFolder.TimeoutMs)]
    public async Task The_pinned_agents_are_found_with_version_and_hash()
    {
        var agents = Path.Combine(TestFolder.RepositoryRoot, "agents");
        Assert.SkipUnless(Directory.Exists(Path.Combine(agents, "node_modules")), "The agents are not restored: run 'npm ci' in agents.");
        using var pins = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(agents, "package.json"), Token));
        string Pin(string package) => pins.RootElement.GetProperty("dependencies").GetProperty(package).GetString()!;
        var locator = new AgentLocator(new() { Dir = agents }, Environment.GetEnvironmentVariable("PATH"));

        var locations = await locator.FindAllAsync([AgentKind.OpenCode, AgentKind.ClaudeCode, AgentKind.Gemini], Token);

        Assert.Equal([Pin("opencode-ai"), Pin("@anthropic-ai/claude-code"), Pin("@google/gemini-cli")], locations.Select(location => location.Binary?.Version));
        Assert.All(locations, location => Assert.Equal(("agents", 64), (location.Binary!.FoundIn, location.Binary.Sha256.Length)));
        Assert.Equal("gemini.js", Path.GetFileName(Assert.Single(locations[2].Binary!.LeadingArguments)));
        Assert.True(File.Exists(locator.FindRipgrep()));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_setting_wins_over_the_pinned_agent_which_wins_over_PATH()
    {
        var given = Program("given/opencode", "1.0.0");
        Program("agents/node_modules/opencode-linux-x64/bin/opencode", "2.0.0");
        Program("bin/opencode", "3.0.0");

        var all = await Locator(new() { OpenCode = given, Dir = folder.At("agents") }).FindAsync(AgentKind.OpenCode, Token);
        var pinned = await Locator(new() { Dir = folder.At("agents") }).FindAsync(AgentKind.OpenCode, Token);
        var onPath = await Locator(new()).FindAsync(AgentKind.OpenCode, Token);

        Assert.Equal([("1.0.0", "settings"), ("2.0.0", "agents"), ("3.0.0", "path")], new[] { all, pinned, onPath }.Select(location => (location.Binary!.Version, location.Binary.FoundIn)));
        Assert.Equal(given, all.Binary!.Path);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(given, Token))), all.Binary.Sha256);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_setting_that_leads_nowhere_is_not_replaced_by_another_agent()
    {
        Program("bin/opencode", "3.0.0");

        var location = await Locator(new() { OpenCode = folder.At("no", "opencode") }).FindAsync(AgentKind.OpenCode, Token);

        Snapshot.Match(Scrub(location.Missing!.Message));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_missing_agent_names_every_place_and_the_cure()
    {
        Directory.CreateDirectory(folder.At("agents", "node_modules"));
        var locator = Locator(new() { Dir = folder.At("agents") }, folder.At("bin"));

        var opencode = await locator.FindAsync(AgentKind.OpenCode, Token);
        var claude = await Locator(new() { SearchPath = false }).FindAsync(AgentKind.ClaudeCode, Token);

        Snapshot.Match(Scrub($"{opencode.Missing!.Message}\n{claude.Missing!.Message}"));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_program_that_prints_no_version_is_broken_and_quoted()
    {
        Script("agents/node_modules/opencode-linux-x64/bin/opencode", "echo 'Error: the postinstall script was not run.' >&2; exit 1");
        Program("bin/opencode", "3.0.0");

        var location = await Locator(new() { Dir = folder.At("agents") }).FindAsync(AgentKind.OpenCode, Token);

        Snapshot.Match(Scrub(location.Missing!.Message));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_file_that_cannot_be_started_is_broken()
    {
        var path = folder.Write("given/claude", "no program");

        var location = await Locator(new() { Claude = path }).FindAsync(AgentKind.ClaudeCode, Token);

        Assert.Contains("cannot be started", location.Missing!.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_program_that_hangs_is_stopped_at_the_limit()
    {
        var path = Script("given/claude", $"echo $$ > '{folder.At("pid")}'; exec sleep 600");
        var locator = new AgentLocator(new() { Claude = path }, "/usr/bin:/bin", Linux, TimeSpan.FromSeconds(10));

        var location = await locator.FindAsync(AgentKind.ClaudeCode, Token);

        Assert.Contains("printed no version within 10 s", location.Missing!.Message, StringComparison.Ordinal);
        await AssertGoneAsync();
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_cancelled_search_stops_the_program()
    {
        var path = Script("given/claude", $"echo $$ > '{folder.At("pid")}'; exec sleep 600");
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var search = Locator(new() { Claude = path }).FindAsync(AgentKind.ClaudeCode, cancellation.Token);
        while (!File.Exists(folder.At("pid")) || new FileInfo(folder.At("pid")).Length == 0)
        {
            await Task.Delay(20, Token);
        }

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
        await AssertGoneAsync();
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_program_that_is_asked_for_its_version_sees_nothing_of_the_user()
    {
        var path = Script("given/claude", $"env > '{folder.At("env.txt")}'; echo 1.2.3");

        await Locator(new() { Claude = path }).FindAsync(AgentKind.ClaudeCode, Token);

        var lines = await File.ReadAllLinesAsync(folder.At("env.txt"), Token);
        var home = lines.Single(line => line.StartsWith("HOME=", StringComparison.Ordinal))["HOME=".Length..];
        Assert.NotEqual(Environment.GetEnvironmentVariable("HOME"), home);
        Assert.False(Directory.Exists(home));
        string[] ofTheShell = ["PWD", "OLDPWD", "SHLVL", "_"];
        Assert.Equal(
            [
                "DISABLE_AUTOUPDATER", "GEMINI_CLI_NO_RELAUNCH", "HOME", "LANG", "OPENCODE_DISABLE_AUTOUPDATE", "OPENCODE_DISABLE_MODELS_FETCH", "PATH",
                "TEMP", "TMP", "TMPDIR", "USERPROFILE", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME",
            ],
            lines.Select(line => line.Split('=')[0]).Except(ofTheShell).Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_link_on_PATH_into_node_modules_leads_to_the_native_binary()
    {
        var wrapper = Program("lib/node_modules/opencode-ai/bin/opencode.exe", "9.9.9");
        var native = Program("lib/node_modules/opencode-linux-x64/bin/opencode", "1.18.33");
        Link("bin/opencode", wrapper);

        var location = await Locator(new()).FindAsync(AgentKind.OpenCode, Token);

        Assert.Equal((native, "1.18.33", "path"), (location.Binary!.Path, location.Binary.Version, location.Binary.FoundIn));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_node_script_is_run_by_node_and_hashed_itself()
    {
        var script = folder.Write("lib/node_modules/@google/gemini-cli/bundle/gemini.js", "#!/usr/bin/env node\n// the script\n");
        var node = Script("bin/node", "if [ \"$1\" = --version ]; then echo v20.20.2; else echo \"0.61.0 by node with $1\"; fi");
        Link("bin/gemini", script);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var locator = Locator(new());
        var location = await locator.FindAsync(AgentKind.Gemini, Token);

        Assert.Equal((node, "0.61.0"), (location.Binary!.Path, location.Binary.Version));
        Assert.Equal([script], location.Binary.LeadingArguments);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(script, Token))), location.Binary.Sha256);
        Assert.Equal("20.20.2", await locator.NodeVersionAsync(Token));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_node_script_without_node_is_missing()
    {
        folder.Write("agents/node_modules/@google/gemini-cli/bundle/gemini.js", "#!/usr/bin/env node\n");

        var location = await Locator(new() { Dir = folder.At("agents") }, folder.At("bin")).FindAsync(AgentKind.Gemini, Token);

        Assert.Contains("needs node, and PATH has no 'node'. Install Node.js 20 or later and put 'node' on PATH.", location.Missing!.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Files_without_the_right_to_execute_and_relative_folders_are_no_programs_on_PATH()
    {
        folder.Write("first/claude", "#!/bin/sh\necho 1.0.0\n");
        Program("bin/claude", "2.0.0");

        var location = await Locator(new(), $".:bin:{folder.At("first")}:{folder.At("bin")}:/usr/bin:/bin").FindAsync(AgentKind.ClaudeCode, Token);

        Assert.Equal("2.0.0", location.Binary!.Version);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Without_AVX2_the_baseline_build_is_taken()
    {
        Program("agents/node_modules/opencode-linux-x64/bin/opencode", "1.0.0");
        Program("agents/node_modules/opencode-linux-x64-baseline/bin/opencode", "1.0.0-baseline");
        AgentSettings settings = new() { Dir = folder.At("agents") };

        var withAvx2 = await Locator(settings).FindAsync(AgentKind.OpenCode, Token);
        var without = await new AgentLocator(settings, "/usr/bin:/bin", Linux with { HasAvx2 = false }).FindAsync(AgentKind.OpenCode, Token);

        Assert.Equal(("1.0.0", "1.0.0-baseline"), (withAvx2.Binary!.Version, without.Binary!.Version));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_replaced_program_is_looked_at_again_and_an_untouched_one_is_not()
    {
        var path = Program("given/claude", "1.0.0");
        var locator = Locator(new() { Claude = path });
        var first = await locator.FindAsync(AgentKind.ClaudeCode, Token);

        // The same size and time: the file counts as untouched.
        var changedAt = File.GetLastWriteTimeUtc(path);
        TestFolder.WriteProgram(path, (await File.ReadAllTextAsync(path, Token)).Replace("1.0.0", "1.0.1", StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(path, changedAt);
        var untouched = await locator.FindAsync(AgentKind.ClaudeCode, Token);
        File.SetLastWriteTimeUtc(path, changedAt.AddSeconds(1));
        var replaced = await locator.FindAsync(AgentKind.ClaudeCode, Token);

        Assert.Equal(first, untouched);
        Assert.Equal("1.0.1", replaced.Binary!.Version);
        Assert.NotEqual(first.Binary!.Sha256, replaced.Binary.Sha256);
    }

    [Fact]
    public void The_pinned_ripgrep_is_preferred_to_that_on_PATH()
    {
        var onPath = Program("bin/rg", "13.0.0");
        Assert.Equal(onPath, Locator(new() { Dir = folder.At("agents") }).FindRipgrep());

        var pinned = Program("agents/node_modules/@vscode/ripgrep-linux-x64/bin/rg", "15.0.0");

        Assert.Equal(pinned, Locator(new() { Dir = folder.At("agents") }).FindRipgrep());
        Assert.Null(Locator(new(), folder.At("nowhere")).FindRipgrep());
    }

    [Fact]
    public void Each_platform_has_its_builds()
    {
        AgentLocatorPlatform[] platforms =
        [
            Linux,
            Linux with { HasAvx2 = false },
            Linux with { IsMusl = true },
            Linux with { Architecture = "arm64" },
            Linux with { Architecture = "arm64", IsMusl = true },
            new() { System = "darwin", Architecture = "arm64" },
            new() { System = "windows", Architecture = "x64" },
        ];

        var text = new StringBuilder();
        foreach (var platform in platforms)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{platform.System} {platform.Architecture}{(platform.IsMusl ? " musl" : "")}{(platform.HasAvx2 ? "" : " without AVX2")}\n");
            AgentKind[] kinds = [AgentKind.OpenCode, AgentKind.ClaudeCode, AgentKind.Gemini];
            text.AppendJoin('\n', kinds.SelectMany(kind => AgentLocatorLayout.ProgramsOf(kind, platform)).Concat(AgentLocatorLayout.Ripgrep(platform)).Select(file => "  " + file)).Append('\n');
        }

        Snapshot.Match(text.ToString());
    }

    [Theory]
    [InlineData("flags\t\t: fpu sse4_2 avx avx2 bmi2", true)]
    [InlineData("flags\t\t: fpu sse4_2 avx avx512f", false)]
    [InlineData("model name\t: avx2 machine", false)]
    public void AVX2_is_read_from_the_processors_flags(string line, bool expected) =>
        Assert.Equal(expected, AgentLocatorPlatform.SaysAvx2(["processor\t: 0", line]));

    private AgentLocator Locator(AgentSettings settings, string? searchPath = null) =>
        new(settings, searchPath ?? $"{folder.At("bin")}:/usr/bin:/bin", Linux);

    private string Program(string relativePath, string version) => Script(relativePath, $"echo '{version} (a test)'");

    private string Script(string relativePath, string body) => TestFolder.WriteProgram(folder.At(relativePath), $"#!/bin/sh\n{body}\n");

    private void Link(string relativePath, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.At(relativePath))!);
        File.CreateSymbolicLink(folder.At(relativePath), target);
    }

    private async Task AssertGoneAsync()
    {
        var id = int.Parse(await File.ReadAllTextAsync(folder.At("pid"), Token), System.Globalization.CultureInfo.InvariantCulture);
        while (ProcTable.Read(id) is { IsDead: false })
        {
            await Task.Delay(20, Token);
        }
    }

    private string Scrub(string text) => text.Replace(folder.Path, "<folder>", StringComparison.Ordinal);
}
