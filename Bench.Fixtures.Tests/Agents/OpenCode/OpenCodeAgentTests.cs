using System.Text;
using System.Text.Json.Nodes;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.OpenCode;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Agents.OpenCode;

public class OpenCodeAgentTests
{
    private const string Token = "gateway-token-0123456789";

    [Fact]
    public void The_prompt_goes_on_standard_input_as_it_is()
    {
        using var folder = new TestFolder();

        var spec = new OpenCodeAgent(Options()).Prepare(TaskIn(folder) with { Prompt = "say \"hi\" to\tλ\n" });

        Assert.Equal("say \"hi\" to\tλ\n", Encoding.UTF8.GetString(spec.StandardInput.Span));
        Assert.Equal(
            "run --format json --thinking --model zai/glm-5 --title run:lane:prompt --print-logs --log-level WARN", string.Join(' ', spec.Arguments));
    }

    [Fact]
    public void The_configuration_defines_the_known_models_and_nothing_that_asks_on_its_own()
    {
        using var folder = new TestFolder();

        new OpenCodeAgent(Options("zai/glm-5", "zai/glm-5-air", "local/a/b")).Prepare(TaskIn(folder));

        Snapshot.Match(File.ReadAllText(folder.At("config", "opencode", "opencode.json")));
    }

    [Fact]
    public void The_token_is_in_no_file()
    {
        using var folder = new TestFolder();

        var spec = new OpenCodeAgent(Options()).Prepare(TaskIn(folder));

        Assert.Equal(Token, spec.Environment["BENCH_GATEWAY_TOKEN"]);
        Assert.All(
            Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories),
            file => Assert.DoesNotContain(Token, File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public void All_folders_are_the_attempts_own_and_the_users_home_is_in_no_variable()
    {
        using var folder = new TestFolder();
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

        var spec = new OpenCodeAgent(Options()).Prepare(TaskIn(folder));

        foreach (var name in (string[])["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "TMPDIR"])
        {
            Assert.StartsWith(folder.Path, spec.Environment[name], StringComparison.Ordinal);
        }

        Assert.DoesNotContain(spec.Environment, v => v.Key != "PATH" && v.Value.Contains(home, StringComparison.Ordinal));
        Assert.Equal("1", spec.Environment["OPENCODE_DISABLE_PROJECT_CONFIG"]);
    }

    [Fact]
    public void Its_plugin_package_passes_for_installed()
    {
        using var folder = new TestFolder();

        new OpenCodeAgent(Options()).Prepare(TaskIn(folder));

        var lockFile = JsonNode.Parse(File.ReadAllText(folder.At("config", "opencode", "package-lock.json")))!;
        Assert.NotNull(lockFile["packages"]![""]!["dependencies"]!["@opencode-ai/plugin"]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.At("config", "opencode", "node_modules")));
    }

    [Fact]
    public void Ripgrep_is_where_it_looks_for_it()
    {
        using var folder = new TestFolder();
        var rg = folder.Write("tools/rg", "#!/bin/sh");

        new OpenCodeAgent(Options() with { RipgrepPath = rg }).Prepare(TaskIn(folder));
        new OpenCodeAgent(Options() with { RipgrepPath = rg }).Prepare(TaskIn(folder));

        Assert.Equal("#!/bin/sh", File.ReadAllText(folder.At("cache", "opencode", "bin", "rg")));
    }

    [Theory]
    [InlineData("zai/glm-5", "zai", "glm-5")]
    [InlineData("openrouter/z-ai/glm-5", "openrouter", "z-ai/glm-5")]
    [InlineData("glm-5", "", "glm-5")]
    public void A_model_is_divided_at_the_first_slash(string text, string provider, string model)
    {
        var parsed = OpenCodeModel.Parse(text);

        Assert.Equal((provider, model, text), (parsed.ProviderId, parsed.ModelId, parsed.ToString()));
    }

    private static OpenCodeOptions Options(params string[] models) => new() { KnownModels = models.Length == 0 ? ["zai/glm-5"] : models };

    private static AgentTask TaskIn(TestFolder folder) => new()
    {
        Binary = new AgentBinary { Kind = AgentKind.OpenCode, Path = "/opt/opencode", FoundIn = "settings", Version = "1.18.33", Sha256 = "00" },
        Model = "zai/glm-5",
        Prompt = "p",
        Title = "run:lane:prompt",
        Directories = new AgentDirectories(
            folder.At("work"), folder.At("home"), folder.At("config"), folder.At("data"), folder.At("cache"), folder.At("state"), folder.At("tmp")),
        BaseUrl = "http://127.0.0.1:1/jobs/j/0",
        Token = Token,
        Timeout = TimeSpan.FromSeconds(300),
        Marks = ProcessMarks.Of(RunMark.New("run"), "job", 0),
    };
}
