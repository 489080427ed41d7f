using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Settings;

public sealed class LiveProfileTests : IDisposable
{
    private readonly SettingsFolder folder = new();

    public LiveProfileTests()
    {
        folder.Environment["BENCH__Profile"] = "live";
        folder.Environment["BENCH__Workflows"] = "opencode_run_headless,cc_glm_headless";
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_lane_of_the_run_needs_an_address_and_a_key()
    {
        folder.Write("Bench.Tests/bench.live.json", """
            { "Live": { "OpenCode": { "BaseUrl": "https://a.example/v1", "KeyVariable": "FIRST_KEY" }, "CcGlm": { "KeyVariable": "SECOND_KEY" } } }
            """);
        folder.Environment["SECOND_KEY"] = "short";

        Snapshot.Match(string.Join('\n', folder.ReadProblems()));
    }

    [Fact]
    public void Lanes_that_do_not_run_need_nothing()
    {
        folder.Environment["BENCH__Workflows"] = "opencode_run_headless";
        folder.Environment["BENCH__Live__OpenCode__BaseUrl"] = "https://a.example/v1/";
        folder.Environment["BENCH__Live__OpenCode__KeyVariable"] = "FIRST_KEY";
        folder.Environment["FIRST_KEY"] = "0123456789";

        var upstream = Assert.Single(folder.Read().Live);

        Assert.Equal("opencode", upstream.Key);
        Assert.Equal(new() { BaseUrl = "https://a.example/v1", KeyVariable = "FIRST_KEY" }, upstream.Value);
    }

    [Fact]
    public void A_key_that_was_given_in_place_of_its_variable_is_not_shown()
    {
        folder.Environment["BENCH__Live__OpenCode__KeyVariable"] = "sk-secret-0123456789";
        folder.Environment["BENCH__Live__OpenCode__BaseUrl"] = "https://user:secret-0123456789@a.example";

        var problems = folder.ReadProblems();

        Assert.Contains(problems, problem => problem.StartsWith("Live:OpenCode:KeyVariable is no name", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.StartsWith("Live:OpenCode:BaseUrl is no http or https address", StringComparison.Ordinal));
        Assert.DoesNotContain(problems, problem => problem.Contains("secret-0123456789", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("key-0123456789\r", "a carriage return (\\r)")]
    [InlineData("key-0123456789\n", "a line end (\\n)")]
    [InlineData("key-01 23456789", "a blank")]
    [InlineData("\tkey-0123456789\r\n", "a tab and a carriage return (\\r) and a line end (\\n)")]
    [InlineData("key-0123\u001b456789", "the control character U+001B")]
    [InlineData("key-0123456789\u00a0", "a character beyond ASCII")]
    public void A_key_that_no_header_can_carry_is_refused_by_its_variables_name(string key, string what)
    {
        folder.Environment["BENCH__Workflows"] = "opencode_run_headless";
        folder.Environment["BENCH__Live__OpenCode__BaseUrl"] = "https://a.example/v1/";
        folder.Environment["BENCH__Live__OpenCode__KeyVariable"] = "FIRST_KEY";
        folder.Environment["FIRST_KEY"] = key;

        var problem = Assert.Single(folder.ReadProblems());

        Assert.StartsWith($"The environment variable FIRST_KEY (Live:OpenCode:KeyVariable), the key of opencode_run_headless, holds {what}: ", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("key-01", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://a.example")]
    [InlineData("a.example/v1")]
    [InlineData("https://a.example/v1?key=1")]
    public void An_address_that_is_none_is_refused(string url)
    {
        folder.Environment["BENCH__Live__Gemini__BaseUrl"] = url;

        Assert.Contains(folder.ReadProblems(), problem => problem.StartsWith("Live:Gemini:BaseUrl is no", StringComparison.Ordinal));
    }

    [Fact]
    public void Other_profiles_need_no_keys()
    {
        folder.Environment["BENCH__Profile"] = "embedded";
        folder.Environment["BENCH__Live__OpenCode__BaseUrl"] = "https://a.example";
        folder.Environment["BENCH__Live__OpenCode__KeyVariable"] = "ABSENT_KEY";

        Assert.Single(folder.Read().Live);
    }

    [Fact]
    public void Secrets_are_found_by_name_and_by_the_live_profile()
    {
        folder.Environment["BENCH__Workflows"] = "gemini_run_headless";
        folder.Environment["BENCH__Live__Gemini__BaseUrl"] = "https://a.example";
        folder.Environment["BENCH__Live__Gemini__KeyVariable"] = "PLAIN";
        folder.Environment["PLAIN"] = "plain-0123";
        string[] secrets = ["ZHIPU_API_KEY", "OPENAI_APIKEY", "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "DB_PASSWORD", "github_pat", "NPM_AUTH", "KEY2", "APP_CREDENTIALS"];
        string[] others = ["HOME", "KEYBOARD", "TOKENIZERS_PARALLELISM", "SSH_AUTH_SOCK", "API_KEY_FILE", "PATH", "MAX_OUTPUT_TOKENS", "COMPASS_HOME"];
        foreach (var name in secrets.Concat(others))
        {
            folder.Environment[name] = $"value of {name}";
        }

        folder.Environment["SHORT_KEY"] = "1234567";

        var found = EnvironmentSecrets.Find(folder.Environment, folder.Read());

        Assert.Equal([.. secrets.Append("PLAIN").Order(StringComparer.Ordinal)], found.Select(secret => secret.Name));
        Assert.Contains(("GITHUB_TOKEN", "value of GITHUB_TOKEN"), found);
    }
}
