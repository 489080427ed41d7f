using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Records;
using Bench.Fixtures.Tests.Gates;

namespace Bench.Fixtures.Tests.Dispatches;

/// <summary>What the commands print, for people and for programs, and that it is what the record says.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class DispatchDocumentTests : IDisposable
{
    private readonly DispatchLab lab = new();

    public void Dispose() => lab.Dispose();

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_documents_of_a_job_that_succeeded()
    {
        using var git = await new GitLab().InitAsync();
        await git.CommitAsync("first");
        lab.UseAgent("echo text > new", "text", "READY");
        Assert.Equal(0, await lab.StartAsync("bd-1", "--worktree", git.Main, "--json"));
        var started = lab.Output;
        await lab.EndAsync("bd-1");

        Assert.Equal(0, await lab.RunAsync("check", "--beads", "bd-1", "--json"));
        var check = lab.Output;
        Assert.Equal(0, await lab.RunAsync("report", "--beads", "bd-1", "--format", "json"));
        var report = lab.Output;
        Assert.Equal(0, await lab.RunAsync("report", "--beads", "bd-1", "--format", "markdown"));
        var markdown = lab.Output;
        Assert.Equal(0, await lab.RunAsync("status", "--json"));
        var status = lab.Output;

        Snapshot.Match(Scrub($"start\n{started}check\n{check}report\n{report}{markdown}status\n{status}", git.Main));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task The_documents_of_a_job_that_failed()
    {
        lab.UseAgent("echo 'no such option' >&2; exit 7");
        await lab.StartAsync("bd-1");
        await lab.EndAsync("bd-1");

        Assert.Equal(DispatchExitCodes.EndedBadly, await lab.RunAsync("check", "--beads", "bd-1"));
        var check = lab.Output;
        Assert.Equal(0, await lab.RunAsync("report", "--beads", "bd-1", "--json"));

        Snapshot.Match(Scrub($"{check}{lab.Output}", "<none>"));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Check_and_report_agree_with_the_record()
    {
        lab.UseAgent("exit 7");
        await lab.StartAsync("bd-1");
        await lab.EndAsync("bd-1");

        var check = await lab.JsonAsync(DispatchExitCodes.EndedBadly, "check", "--beads", "bd-1");
        var report = await lab.JsonAsync(0, "report", "--beads", "bd-1");

        var record = lab.Record("bd-1");
        var run = new RunFolder(report.GetProperty("run_dir").GetString()!);
        Assert.Equal(RecordJson.Serialize(record), RecordJson.Serialize(RecordJson.Deserialize(File.ReadAllBytes(run.JobRecord(record.JobId)))));
        Assert.Equal((record.RunId, record.Model, record.FailureCategory), (report.GetProperty("run_instance").GetString(), report.GetProperty("model").GetString(), report.GetProperty("failure_category").GetString()));
        Assert.Equal(record.Attempts[0].ReturnCode, report.GetProperty("exit_code").GetInt32());
        Assert.Equal(record.Attempts[0].StdoutBytes + record.Attempts[0].StderrBytes, report.GetProperty("log_bytes").GetInt64());
        Assert.Equal($"{record.FailureCategory}/{record.FailureReason}: {record.FailureEvidence}", check.GetProperty("details").GetString());
        foreach (var name in new[] { "state", "reason_code", "next_action", "selected_model", "failure_category", "details", "log_bytes", "cpu_time_sec" })
        {
            Assert.Equal(check.GetProperty(name).GetRawText(), report.GetProperty(name).GetRawText());
        }
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_job_that_does_not_exist_is_missing_everywhere()
    {
        var check = await lab.JsonAsync(DispatchExitCodes.Failed, "check", "--beads", "bd-9");

        Assert.Equal((DispatchStates.Missing, DispatchReasons.NoMeta), (check.GetProperty("state").GetString(), check.GetProperty("reason_code").GetString()));
        foreach (var command in new[] { "report", "status", "stop", "logs" })
        {
            Assert.Equal(DispatchExitCodes.Failed, await lab.RunAsync(command, "--beads", "bd-9"));
            Assert.Equal("There is no job 'bd-9'. See the ids that are known: dotnet bench dispatch status.\n", lab.Error);
        }

        Assert.Equal(0, await lab.RunAsync("status"));
        Assert.Equal($"There are no jobs in '{lab.Jobs}'.\n", lab.Output);
        Assert.False(Directory.Exists(lab.Jobs));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Logs_print_the_last_lines_as_they_were_kept_redacted()
    {
        lab.UseAgent("", "lines", "5", "error", $"my token is {Runs.AgentScript.Token}", "text", "READY");
        await lab.StartAsync("bd-1");
        await lab.EndAsync("bd-1");

        Assert.Equal(0, await lab.RunAsync("logs", "--beads", "bd-1", "--lines", "2"));

        Assert.Contains("__attempt0.stdout.log <==\nline 5\nREADY\n==>", lab.Output, StringComparison.Ordinal);
        Assert.Contains("my token is [REDACTED", lab.Output, StringComparison.Ordinal);
        Assert.EndsWith("ended: success, process_exit_with_rc\n", lab.Output, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Prune_removes_what_is_over_names_it_and_touches_nothing_else()
    {
        lab.Settings["Dispatch:Limits"] = "cc-glm=1,gemini=1";
        Assert.Equal(0, await lab.StartAsync("ended"));
        await lab.EndAsync("ended");
        lab.UseWaitingAgent();
        await lab.StartAsync("running");
        await lab.StartAsync("queued", "--queue");
        lab.Runs.Write("jobs/.tmp-halfmade/job.json", "{");
        lab.Runs.Write("jobs/notes/readme.txt", "not a job");

        Assert.Equal(0, await lab.RunAsync("prune", "--older-than", "1h"));
        Assert.Equal("0 removed, 3 kept.\n", lab.Output);
        var pruned = await lab.JsonAsync(0, "prune");

        Assert.Equal(["ended"], pruned.GetProperty("removed").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal(["queued", "running"], pruned.GetProperty("kept").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal([".lock", "notes", "queued", "running"], Directory.GetFileSystemEntries(lab.Jobs).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
        lab.Release();
        Assert.Equal(DispatchOutcomeStates.Success, (await lab.EndAsync("running")).State);
        Assert.Equal(DispatchOutcomeStates.Success, (await lab.EndAsync("queued")).State);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_folder_of_jobs_that_cannot_be_used_is_named()
    {
        lab.Settings["Dispatch:Dir"] = lab.Runs.At("task.prompt", "jobs");

        Assert.Equal(DispatchExitCodes.Failed, await lab.StartAsync("bd-1"));

        Assert.StartsWith("The jobs' folder (Dispatch:Dir) cannot be used: ", lab.Error, StringComparison.Ordinal);
        Assert.Contains("task.prompt", lab.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--stall-minutes is '0'", "check", "--beads", "bd-1", "--stall-minutes", "0")]
    [InlineData("--recent is '0'", "status", "--recent", "0")]
    [InlineData("--lines is '-1'", "logs", "--beads", "bd-1", "--lines", "-1")]
    [InlineData("--older-than is 'soon'", "prune", "--older-than", "soon")]
    [InlineData("xml", "report", "--beads", "bd-1", "--format", "xml")]
    [InlineData("--beads", "check")]
    public async Task A_wrong_argument_ends_with_64_and_is_named(string expected, params string[] arguments)
    {
        Assert.Equal(64, await lab.RunAsync(arguments));

        Assert.Contains(expected, lab.Error, StringComparison.Ordinal);
    }

    private string Scrub(string text, string tree)
    {
        text = text.Replace(tree, "<tree>", StringComparison.Ordinal).Replace(lab.Runs.At(), "<lab>", StringComparison.Ordinal).Replace($"\"{Environment.MachineName}\"", "\"<host>\"", StringComparison.Ordinal)
            .Replace($"| {Environment.MachineName} |", "| <host> |", StringComparison.Ordinal);
        return Stamp().Replace(Varying().Replace(text, "$1<number>"), "<time>");
    }

    [GeneratedRegex("""((?:"(?:pid|duration_sec|elapsed|cpu_time_sec|pid_age_sec|log_age_sec)": |\| (?:duration_sec|cpu_time_sec) \| ))(?:[0-9.]+|null|-)""")]
    private static partial Regex Varying();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")]
    private static partial Regex Stamp();
}
