using System.Text.Json;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Agents;

public sealed class PinnedVersionTests
{
    private static string Pinned => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(TestFolder.RepositoryRoot, "agents", "package.json")))
        .RootElement.GetProperty("dependencies").GetProperty("opencode-ai").GetString()!;

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_agent_on_PATH_that_is_not_the_pinned_version_says_so()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a shell script as a program.");
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.At("bin"));
        TestFolder.WriteProgram(folder.At("bin", "opencode"), "#!/bin/sh\necho 0.0.1\n");

        var found = (await LocatorOf(folder).FindAsync(AgentKind.OpenCode, TestContext.Current.CancellationToken)).Binary!;

        Assert.Equal(("0.0.1", Pinned), (found.Version, found.PinnedVersion));
        Assert.StartsWith($"opencode on PATH is 0.0.1 ('{found.Path}'), and the pinned version is {Pinned}", found.VersionNote, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_pinned_version_on_PATH_says_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs a shell script as a program.");
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder.At("bin"));
        TestFolder.WriteProgram(folder.At("bin", "opencode"), $"#!/bin/sh\necho {Pinned}\n");

        var found = (await LocatorOf(folder).FindAsync(AgentKind.OpenCode, TestContext.Current.CancellationToken)).Binary!;

        Assert.Null(found.VersionNote);
    }

    [Fact]
    public void A_folder_of_pinned_agents_pins_its_own_versions_and_a_range_pins_nothing()
    {
        using var folder = new TestFolder();
        folder.Write("package.json", """{ "dependencies": { "opencode-ai": "2.0.0", "@google/gemini-cli": "^1.0.0" } }""");

        Assert.Equal("2.0.0", PinnedVersions.Of(AgentKind.OpenCode, folder.Path));
        Assert.NotEqual("^1.0.0", PinnedVersions.Of(AgentKind.Gemini, folder.Path));
    }

    [Fact]
    public void Negative_token_counts_are_unknown()
    {
        var tokens = new TokenUsage { Input = -1, Output = 5, Cached = -7, Reasoning = 0 };

        Assert.Equal((null, 5L, null, 0L), (tokens.Input, tokens.Output, tokens.Cached, tokens.Reasoning));
    }

    private static AgentLocator LocatorOf(TestFolder folder) => new(new AgentSettings { SearchPath = true }, folder.At("bin") + Path.PathSeparator + "/usr/bin" + Path.PathSeparator + "/bin");
}
