using System.CommandLine;
using Bench.Cli;

namespace Bench.Fixtures.Tests.Cli;

/// <summary>A project on disk, and <c>dotnet bench</c> run on it within this process.</summary>
internal sealed class CliRun : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public CliRun()
    {
        folder.Write("Bench.sln", "");
        folder.Write("Bench.Tests/bench.json", """{ "Parallel": 3, "Workflows": ["cc_glm_headless", "opencode_run_headless"] }""");
        folder.Write("prompts/benchmark_prompts.json", """
            {
              "version": 2,
              "name": "two",
              "prompts": [ { "id": "p1", "title": "First", "prompt": "x" }, { "id": "p2", "title": "Second", "prompt": "y" } ]
            }
            """);
        foreach (var prompt in new[] { "p1", "p2" })
        {
            folder.Write($"prompts/scripted/{prompt}.json", $$"""{ "schema_version": 1, "prompt_id": "{{prompt}}", "turns": [ { "text": "Done." } ] }""");
        }

        CurrentFolder = folder.Path;
    }

    /// <summary>Without PATH: what this machine has installed must not show.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public string CurrentFolder { get; set; }

    public string Root => folder.Path;

    /// <summary>Standard output, with the folder's path replaced and without blanks at line ends.</summary>
    public string Output => Scrub(output.ToString());

    /// <summary>Standard error, in the same way.</summary>
    public string Error => Scrub(error.ToString());

    public CliHost Host => new()
    {
        Environment = Environment,
        CurrentFolder = CurrentFolder,
        TimeProvider = new FixedTime(),
        Output = output,
        Error = error,
    };

    /// <summary>Forgets what was printed.</summary>
    public void Clear()
    {
        output.GetStringBuilder().Clear();
        error.GetStringBuilder().Clear();
    }

    public string Write(string relativePath, string text) => folder.Write(relativePath, text);

    public Task<int> RunAsync(Func<CliHost, Command> create, params string[] args) => CommandLine.RunAsync(args, Host, create(Host));

    public void Dispose()
    {
        folder.Dispose();
        output.Dispose();
        error.Dispose();
    }

    private string Scrub(string text) =>
        string.Join('\n', text.Replace(Root, "<root>", StringComparison.Ordinal).Split('\n').Select(line => line.TrimEnd()));

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    }
}
