using System.CommandLine;
using System.Globalization;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Records;
using Bench.Fixtures.Settings;

namespace Bench.Cli.Governed;

/// <summary>The options that every governed run has, under the names of the original harness.</summary>
internal sealed class GovernedOptions
{
    /// <summary>The run-settings file of a governed run, below the root.</summary>
    public const string RunSettings = "runsettings/governed.runsettings";

    private static readonly string[] ProjectPatterns = ["*.csproj", "*.fsproj", "*.vbproj", "*.sln", "*.slnx"];

    private readonly Option<string?> model = new("--model") { Description = "The model: OpenCode's where the workflows hold an OpenCode lane, else that of the only other system", HelpName = "MODEL" };
    private readonly Option<string?> outputDir = new("--output-dir") { Description = "Holds the run folders; from the current folder", HelpName = "FOLDER" };
    private readonly Option<string?> cwd = new("--cwd") { Description = "A folder of the git work tree that the gates ask; WorkTree when not given, else that of the test project", HelpName = "FOLDER" };
    private readonly Option<string?> requiredBaseline = new("--required-baseline") { Description = "The commit that what runs must contain; asks the baseline gate", HelpName = "REV" };
    private readonly Option<string?> reportedCommit = new("--reported-commit") { Description = "The commit that is reported; with --branch asks the integrity gate", HelpName = "REV" };
    private readonly Option<string?> branch = new("--branch") { Description = "The branch that must hold it; HEAD for what is checked out", HelpName = "NAME" };
    private readonly Option<string[]> allow = new("--allow") { Description = "What the run may change in the work tree; asks the allowlist gate before and after", HelpName = "PATTERN", AllowMultipleArgumentsPerToken = true };
    private readonly Option<bool> skipPreflight = new("--skip-preflight") { Description = "Try no lane before the run" };
    private readonly Option<bool> noBuild = new("--no-build") { Description = "Run what was built before" };
    private readonly Option<string?> configuration = new("--configuration", "-c") { Description = "The build configuration", HelpName = "NAME" };
    private readonly SettingsOptions settings = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        Option[] all = [model, outputDir, cwd, requiredBaseline, reportedCommit, branch, allow, skipPreflight, noBuild, configuration];
        foreach (var option in all)
        {
            command.Add(option);
        }

        settings.AddTo(command);
    }

    /// <summary>The commit that is reported, as given; null when it is not.</summary>
    public string? ReportedCommit(ParseResult result) => result.GetValue(reportedCommit);

    /// <summary>Reads a governed run.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="host">The world around it.</param>
    /// <param name="own">What the command's other options set.</param>
    /// <param name="runIdPrefix">Begins the run's id when none is given; the UTC time follows.</param>
    /// <param name="problems">Faults that were found already.</param>
    /// <exception cref="BenchUsageException">Anything cannot be used; names all.</exception>
    public GovernedRequest Read(ParseResult result, CliHost host, IReadOnlyList<GivenOption> own, string runIdPrefix, IReadOnlyList<string> problems)
    {
        var found = problems.ToList();
        CheckGit(result, host, found);
        var all = own.ToList();
        if (result.GetValue(outputDir) is { } folder)
        {
            all.Add(new("OutputDir", Path.GetFullPath(folder, host.CurrentFolder), "--output-dir"));
        }

        // First without the model, whose lane hangs on the workflows.
        var faults = new List<string>();
        var launch = settings.ReadForLaunch(result, host, all, RunSettings, faults);
        var more = More(result, host, runIdPrefix, launch?.Inputs.Settings, all, found);
        if (more.Count > 0)
        {
            faults.Clear();
            launch = settings.ReadForLaunch(result, host, [.. all, .. more], RunSettings, faults);
        }

        found.AddRange(faults);
        if (found.Count == 0 && all.Concat(more).LastOrDefault(option => option.Key == "RunId") is { } made && made.Option != "--run-id")
        {
            // Held until the command's end: another one that begins in this second takes another id.
            var claim = host.Hold(RunIdClaim.Take(launch!.Inputs.Settings.OutputDir, made.Value));
            launch = claim.RunId == made.Value
                ? launch
                : settings.ReadForLaunch(result, host, [.. all.Concat(more).Where(option => option.Key != "RunId"), made with { Value = claim.RunId }], RunSettings, found);
        }

        found.AddRange(launch is null ? [] : Unfit(launch));
        return found.Count > 0 ? throw new BenchUsageException(found) : RequestOf(result, host, launch!);
    }

    private GovernedRequest RequestOf(ParseResult result, CliHost host, LaunchSettings launch) => new()
    {
        Launch = launch,
        Worktree = result.GetValue(cwd) is { } given ? Path.GetFullPath(given, host.CurrentFolder) : launch.Inputs.Settings.WorkTree ?? launch.Project,
        RequiredBaseline = result.GetValue(requiredBaseline),
        ReportedCommit = result.GetValue(reportedCommit),
        Branch = result.GetValue(branch),
        Allow = result.GetResult(allow) is null ? null : result.GetValue(allow),
        SkipPreflight = result.GetValue(skipPreflight),
        NoBuild = result.GetValue(noBuild),
        Configuration = result.GetValue(configuration),
    };

    private List<GivenOption> More(ParseResult result, CliHost host, string runIdPrefix, BenchSettings? read, List<GivenOption> own, List<string> problems)
    {
        var more = new List<GivenOption>();
        if (result.GetValue(model) is { } name)
        {
            var workflows = read?.Workflows ?? (own.FirstOrDefault(setting => setting.Key == "Workflows")?.Value ?? WorkflowCatalog.OpenCodeRunHeadless).Split(',', StringSplitOptions.TrimEntries);
            more.AddRange(ModelOf(name, workflows, problems));
        }

        if (read?.Sources.Any(source => source is { Key: "RunId", Source: "default" }) == true)
        {
            more.Add(new("RunId", string.Create(CultureInfo.InvariantCulture, $"{runIdPrefix}-{host.TimeProvider.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}"), "the default of --run-id"));
        }

        return more;
    }

    // The original gave its one model to every system: cc-glm was asked for 'zhipuai-coding-plan/glm-5', which it does not have.
    private static IEnumerable<GivenOption> ModelOf(string name, IReadOnlyList<string> workflows, List<string> problems)
    {
        var agents = workflows.Select(WorkflowCatalog.Find).OfType<WorkflowDescription>().Select(workflow => workflow.Agent).Distinct().ToList();
        if (agents.Count > 1 && !agents.Contains(AgentKind.OpenCode))
        {
            problems.Add($"--model is '{name}', but the workflows {string.Join(", ", workflows.Select(id => $"'{id}'"))} have no OpenCode lane and more than one system, each with models of its own. Give each by --set, e.g. --set Model:CcGlm=glm-5.");
            return [];
        }

        var key = agents is [AgentKind.ClaudeCode] ? "Model:CcGlm" : agents is [AgentKind.Gemini] ? "Model:Gemini" : "Model:OpenCode";
        return [new(key, name, "--model")];
    }

    private void CheckGit(ParseResult result, CliHost host, List<string> problems)
    {
        var (reported, onBranch) = (result.GetValue(reportedCommit), result.GetValue(branch));
        if ((reported is null) != (onBranch is null))
        {
            problems.Add(reported is null
                ? $"--branch is '{onBranch}', but no commit is reported that it must hold. Give --reported-commit too, or leave both out."
                : $"--reported-commit is '{reported}', but no branch is named that must hold it. Give --branch too, or leave both out.");
        }

        foreach (var (option, value) in new[] { (reportedCommit.Name, reported), (branch.Name, onBranch) })
        {
            if (value is not null && string.IsNullOrWhiteSpace(value))
            {
                problems.Add($"{option} is blank. Is the command that should give it in a git repository? Give a value, or leave --reported-commit and --branch out.");
            }
        }

        if (result.GetValue(cwd) is { } folder && !Directory.Exists(Path.GetFullPath(folder, host.CurrentFolder)))
        {
            problems.Add($"--cwd is '{folder}', but '{Path.GetFullPath(folder, host.CurrentFolder)}' is no folder. Name a folder of a git work tree.");
        }

        try
        {
            _ = PathPattern.ParseAll(result.GetValue(allow) ?? []);
        }
        catch (BenchUsageException e)
        {
            problems.AddRange(e.Problems);
        }
    }

    private static IEnumerable<string> Unfit(LaunchSettings launch)
    {
        var read = launch.Inputs.Settings;
        if (!ProjectPatterns.Any(pattern => Directory.EnumerateFiles(launch.Project, pattern).Any()))
        {
            yield return $"There is no test project in '{launch.Project}' that dotnet test could run. Name its folder by --project.";
        }

        if (read.RerunOf is { } first)
        {
            yield return $"Rerun names the run '{Path.GetFileName(first)}': a part of a run, chosen by how it went, cannot be governed. Leave Rerun out.";
        }

        if (read.Resume)
        {
            yield return $"Resume names the run '{read.RunId}': what was run before the gates were asked cannot be governed. Leave Resume out; a new run begins.";
        }
        else if (Path.Exists(Path.Combine(read.OutputDir, read.RunId)))
        {
            yield return $"The run id '{read.RunId}' is taken: '{Path.Combine(read.OutputDir, read.RunId)}' exists. Give another by --run-id, or none.";
        }

        if (read.Profile == Profile.DryRun)
        {
            yield return "Profile is 'dry-run': no agent is started, so there is nothing to judge, and such a run never passes. Leave it out, or use 'dotnet test' or 'dotnet bench plan' for a dry run.";
        }

        if (read.HasFaults)
        {
            yield return "Faults or Gateway:FaultPlan are set: the model would fail on purpose, and such a run never passes. Leave them out.";
        }
    }
}
