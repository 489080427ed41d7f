using System.Xml.Linq;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Settings;

/// <summary>The settings files of the repository itself.</summary>
public sealed class SettingsFilesTests
{
    public static TheoryData<string> RunSettingsFiles => ["embedded", "dry-run", "live", "replay", "ci", "soak"];

    [Theory]
    [MemberData(nameof(RunSettingsFiles))]
    public void Every_run_settings_file_gives_readable_settings(string name)
    {
        var path = PathOf(name);

        var settings = SettingsReader.Read(Input(path));

        var given = SettingsReader.ReadRunSettings(path);
        Assert.Equal(given.Count, settings.Sources.Count(source => source.Source == "runsettings"));
        Assert.Equal(name switch { "dry-run" => Profile.DryRun, "live" => Profile.Live, "replay" => Profile.Replay, _ => Profile.Embedded }, settings.Profile);
        Assert.Equal(name is "ci" or "soak", settings.FailOnEnvFailure);
    }

    [Theory]
    [MemberData(nameof(RunSettingsFiles))]
    public void Every_run_settings_file_treats_an_empty_selection_as_an_error_and_logs_to_all_three_places(string name)
    {
        var root = XDocument.Load(PathOf(name)).Root!;

        Assert.Equal("true", root.Element("RunConfiguration")!.Element("TreatNoTestsAsError")!.Value);
        Assert.Equal("true", root.Element("xUnit")!.Element("PreEnumerateTheories")!.Value);
        Assert.Equal(["console", "trx", "bench"], root.Descendants("Logger").Select(logger => logger.Attribute("friendlyName")!.Value));
        
        // A prefix, to which VSTest adds the time: of two runs each keeps its own. A governed run has a folder of its own for it.
        Assert.Equal(name == "soak" ? "soak" : name == "governed" ? "bench.trx" : "bench", root.Descendants(name == "governed" ? "LogFileName" : "LogFilePrefix").Single().Value);
    }

    [Fact]
    public void The_default_run_settings_leave_the_profile_to_the_environment()
    {
        var input = Input(PathOf("embedded"));

        var settings = SettingsReader.Read(input with { Environment = new Dictionary<string, string>(input.Environment) { ["BENCH__Profile"] = "dry-run" } });

        Assert.Equal(Profile.DryRun, settings.Profile);
    }

    [Fact]
    public void Coverage_is_collected_as_cobertura()
    {
        var root = XDocument.Load(PathOf("tests-coverage")).Root!;

        Assert.Equal("XPlat Code Coverage", root.Descendants("DataCollector").Single().Attribute("friendlyName")!.Value);
        Assert.Equal("cobertura", root.Descendants("Format").Single().Value);
        Assert.Empty(SettingsReader.ReadRunSettings(PathOf("tests-coverage")));
    }

    [Fact]
    public void The_settings_file_of_the_product_repeats_the_defaults()
    {
        using var bare = new SettingsFolder();
        var defaults = bare.Read().Sources.ToDictionary(source => source.Key, source => source.Value);

        var settings = SettingsReader.Read(Input(null));

        var given = settings.Sources.Where(source => source.Source == "bench.json").ToList();
        Assert.NotEmpty(given);
        Assert.All(given, source => Assert.Equal(defaults[source.Key], source.Value));
    }

    [Fact]
    public void The_example_of_the_format_page_is_read()
    {
        using var folder = new SettingsFolder();
        folder.BenchJson(FormatPage.Fence("settings.md", "json"));
        folder.RunSettingsFile = folder.Write("example.runsettings", FormatPage.Fence("settings.md", "xml"));

        var settings = folder.Read();

        Assert.Equal(["opencode_run_headless", "cc_glm_headless"], settings.Workflows);
        Assert.Equal((8, 3, TimeSpan.FromMinutes(5), 2), (settings.Parallel, settings.Trials, settings.Timeout, settings.ProviderLimits["zhipuai-coding-plan"]));
        Assert.Equal("8 from runsettings", folder.SourceOf("Parallel"));
    }

    [Fact]
    public void The_format_page_lists_every_setting_with_its_default()
    {
        var rows = SettingsCatalog.All.Select(setting =>
            $"| `{setting.Key}` | {(setting.Default.Length == 0 ? "" : $"`{setting.Default.Replace(",", ", ", StringComparison.Ordinal)}`")} | {setting.Allowed} | {setting.Meaning} |");

        var page = FormatPage.Text("settings.md");

        Assert.Contains(string.Join('\n', rows), page, StringComparison.Ordinal);
    }

    private static string PathOf(string name) => Path.Combine(TestFolder.RepositoryRoot, "runsettings", $"{name}.runsettings");

    private static SettingsInput Input(string? runSettings) => new()
    {
        Folder = Path.Combine(TestFolder.RepositoryRoot, "Bench.Tests"),
        Environment = new Dictionary<string, string> { ["ZHIPU_API_KEY"] = "0123456789", ["ZAI_API_KEY"] = "0123456789" },
        TimeProvider = TimeProvider.System,
        RunSettingsFile = runSettings,
    };
}
