using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace Bench.Fixtures.Tests.Reporting;

/// <summary>The pipelines in docs/ci.md: whole YAML documents whose commands and files exist.</summary>
public sealed partial class CiPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(TestFolder.RepositoryRoot, "docs", "ci.md"));

    [Fact]
    public void The_GitHub_workflow_restores_asks_the_soak_gate_and_keeps_the_evidence_whatever_happens()
    {
        var job = (YamlMappingNode)Documents()[0]["jobs"]["bench"];

        var steps = ((YamlSequenceNode)job["steps"]).Cast<YamlMappingNode>().ToList();
        var commands = steps.Where(step => step.Children.ContainsKey("run")).Select(step => step["run"].ToString()).ToList();

        Assert.Equal("ubuntu-latest", job["runs-on"].ToString());
        Assert.Equal("dotnet build", commands[0]);
        Assert.Contains(commands, command => command.Contains("soak.runsettings", StringComparison.Ordinal));
        Assert.Equal(("always()", "artifacts/"), (steps[^1]["if"].ToString(), steps[^1]["with"]["path"].ToString()));
    }

    [Fact]
    public void The_GitLab_pipeline_reports_JUnit_and_keeps_the_evidence_whatever_happens()
    {
        var job = (YamlMappingNode)Documents()[1]["bench"];

        Assert.Equal("always", job["artifacts"]["when"].ToString());
        Assert.Equal("artifacts/TestResults/*.junit.xml", job["artifacts"]["reports"]["junit"].ToString());
        Assert.Contains(((YamlSequenceNode)job["script"]).Select(line => line.ToString()), line => line.Contains("soak.runsettings", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_settings_file_that_the_page_names_exists_and_those_of_pipelines_write_JUnit()
    {
        var files = SettingsFiles().Matches(Page).Select(match => match.Value).Distinct().ToList();

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Contains(
            "<BENCH__JUnitFile>artifacts/TestResults/", File.ReadAllText(Path.Combine(TestFolder.RepositoryRoot, file)), StringComparison.Ordinal));
    }

    private static List<YamlNode> Documents() =>
        [.. YamlBlocks().Matches(Page).Select(match =>
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(match.Groups[1].Value));
            return stream.Documents[0].RootNode;
        })];

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex YamlBlocks();

    [GeneratedRegex(@"runsettings/[a-z-]+\.runsettings")]
    private static partial Regex SettingsFiles();
}
