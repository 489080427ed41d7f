using Bench.Fixtures.Failures;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Settings;

/// <summary>A benchmark project on disk, with the sources of its settings.</summary>
internal sealed class SettingsFolder : IDisposable
{
    private readonly TestFolder folder = new();

    public SettingsFolder()
    {
        folder.Write("Bench.sln", "");
        Directory.CreateDirectory(Project);
    }

    public string Root => folder.Path;

    public string Project => folder.At("Bench.Tests");

    public Dictionary<string, string> Environment { get; } = [];

    public Dictionary<string, string> CommandLine { get; } = [];

    public string? RunSettingsFile { get; set; }

    public int Cores { get; set; } = global::System.Environment.ProcessorCount;

    public bool IsCi { get; set; }

    public string Write(string relativePath, string text) => folder.Write(relativePath, text);

    public void BenchJson(string text) => Write("Bench.Tests/bench.json", text);

    public string RunSettings(params (string Name, string Value)[] variables) => Write(
        "test.runsettings",
        $"<RunSettings><RunConfiguration><EnvironmentVariables>{string.Concat(variables.Select(variable => $"<{variable.Name}>{variable.Value}</{variable.Name}>"))}</EnvironmentVariables></RunConfiguration></RunSettings>");

    public BenchSettings Read() => SettingsReader.Read(new()
    {
        Folder = Project,
        Environment = Environment,
        TimeProvider = new FixedTime(),
        IsCi = IsCi,
        Cores = Cores,
        RunSettingsFile = RunSettingsFile,
        CommandLine = CommandLine,
    });

    /// <summary>The problems of settings that cannot be read, with the folder's path replaced.</summary>
    public IReadOnlyList<string> ReadProblems() =>
        [.. Assert.Throws<BenchUsageException>(Read).Problems.Select(problem => problem.Replace(Root, "<root>", StringComparison.Ordinal))];

    /// <summary>The source of a setting, as <c>value from source</c>.</summary>
    public string SourceOf(string key)
    {
        var source = Read().Sources.Single(source => source.Key == key);
        return $"{source.Value} from {source.Source}";
    }

    public void Dispose() => folder.Dispose();

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    }
}
