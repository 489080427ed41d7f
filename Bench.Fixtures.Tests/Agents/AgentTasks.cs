using System.Text;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Agents;

/// <summary>A task in a test's folder, and what to look at in the command that an agent makes of it.</summary>
internal static class AgentTasks
{
    public const string Prompt = "say \"hi\"\n日本語";

    public static AgentTask In(TestFolder folder, AgentKind kind, string model)
    {
        foreach (var name in (string[])["work", "home", "config", "tmp"])
        {
            Directory.CreateDirectory(folder.At(name));
        }

        return new AgentTask
        {
            Binary = new AgentBinary { Kind = kind, Path = "/opt/agent/bin/program", LeadingArguments = ["leading"], FoundIn = "settings", Version = "1", Sha256 = "" },
            Model = model,
            Prompt = Prompt,
            Title = "run:workflow:prompt",
            Directories = new AgentDirectories(folder.At("work"), folder.At("home"), folder.At("config"), folder.At("data"), folder.At("cache"), folder.At("state"), folder.At("tmp")),
            BaseUrl = "http://127.0.0.1:1/jobs/j/0",
            Token = "gateway-token",
            Timeout = TimeSpan.FromSeconds(300),
            Marks = ProcessMarks.Of(RunMark.New("run"), "job", 0),
        };
    }

    /// <summary>Command line, folder, input, and the variables that the agent adds or changes, with the test's folder as <c>~</c>.</summary>
    public static string Describe(ProcessSpec spec, AgentTask task, TestFolder folder)
    {
        var common = AgentEnvironment.Of(task);
        string[] lines =
        [
            $"{spec.FileName} {string.Join(' ', spec.Arguments)}",
            $"in {spec.WorkingDirectory}",
            $"< {Encoding.UTF8.GetString(spec.StandardInput.Span).Replace("\n", "⏎", StringComparison.Ordinal)}",
            .. spec.Environment
                .Where(pair => pair.Key != "PATH" && (!common.TryGetValue(pair.Key, out var value) || value != pair.Value))
                .Select(pair => $"{pair.Key}={pair.Value}")
                .Order(StringComparer.Ordinal),
        ];
        return string.Join('\n', lines).Replace(folder.Path, "~", StringComparison.Ordinal);
    }
}
