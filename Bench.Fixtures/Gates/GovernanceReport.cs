using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bench.Fixtures.Intake;
using Bench.Fixtures.Planning;
using Bench.Fixtures.Records;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures.Gates;

/// <summary>The gates' verdicts on one run: <c>governance_report.json</c>. JSON names are the properties in snake_case, those of the original harness where it had them.</summary>
public sealed partial record GovernanceReport
{
    private static readonly GovernanceJsonContext Json = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    });

    /// <summary>The format's version; see docs/formats/governance_report.md.</summary>
    public int SchemaVersion { get; init; } = FormatVersions.GovernanceReport;

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>The run folder's name: relative to the output folder, so that a run can be moved. Null when the run was never started.</summary>
    public string? RunDir { get; init; }

    /// <summary>In the order named; empty where the manifest cannot be read.</summary>
    public required IReadOnlyList<string> Workflows { get; init; }

    /// <summary>The models asked for, separated by commas; null where the manifest cannot be read.</summary>
    public string? Model { get; init; }

    /// <summary>The models that answered, sorted, separated by commas; null when unknown.</summary>
    public string? ModelSelected { get; init; }

    /// <summary>Always null: Bench changes no model on its own, and routed jobs are records of their own.</summary>
    public string? FallbackReason { get; init; }

    /// <summary>The report gate passed, so did every other gate and the preflight that was asked, and no step failed.</summary>
    public bool Passed => Preflight is null or { Passed: true } && Failure is null && ReportGate is { Passed: true } && Verdicts.All(verdict => verdict.Passed);

    /// <summary>
    /// Of a preflight that did not pass, else of a step that failed, else of the first gate that did not pass;
    /// <see cref="GateReasons.NothingToJudge"/> when the report gate was not asked; else <see cref="GateReasons.ReportOk"/>.
    /// </summary>
    public string ReasonCode =>
        (Preflight is { Passed: false } preflight ? preflight.ReasonCode : null)
        ?? Failure?.ReasonCode
        ?? Verdicts.FirstOrDefault(verdict => !verdict.Passed)?.ReasonCode
        ?? ReportGate?.ReasonCode
        ?? GateReasons.NothingToJudge;

    /// <summary>Whose fault it is that the preflight did not pass: <c>harness</c>, <c>model</c> or <c>env</c>; null otherwise.</summary>
    public string? Taxonomy => Preflight is { Passed: false } preflight ? preflight.Lanes.FirstOrDefault(lane => !lane.Passed)?.FailureCategory : null;

    /// <summary>What the original called so: every lane reached the least success rate. Null when the report gate was not asked.</summary>
    public bool? RunSuccess => ReportGate is { } report ? report.Lanes.Count > 0 && report.Lanes.All(lane => lane.Passed) : null;

    /// <summary>Null when it was not asked.</summary>
    public GovernancePreflight? Preflight { get; init; }

    /// <summary>The <c>dotnet test</c> of a governed run; null when it was not started by one.</summary>
    public GovernanceLaunch? Launch { get; init; }

    /// <summary>The step that kept a governed run from being judged; null when none did.</summary>
    public GovernanceFailure? Failure { get; init; }

    /// <summary>Null when it was not asked.</summary>
    public BaselineVerdict? BaselineGate { get; init; }

    /// <summary>The allowlist gate before the jobs; null when it was not asked.</summary>
    public AllowlistVerdict? AllowlistGateBefore { get; init; }

    /// <summary>The allowlist gate after the jobs; null when it was not asked.</summary>
    public AllowlistVerdict? AllowlistGateAfter { get; init; }

    /// <summary>Null when it was not asked.</summary>
    public IntegrityVerdict? IntegrityGate { get; init; }

    /// <summary>Null when it was not asked.</summary>
    public ReportVerdict? ReportGate { get; init; }

    /// <summary>Below the run folder; null when the run was never started, or has none.</summary>
    public string? SummaryJson { get; init; }

    /// <summary>Below the run folder; null when the run was never started, or has none.</summary>
    public string? SummaryMd { get; init; }

    /// <summary>When the last verdict was added; UTC, ISO 8601.</summary>
    public required string GeneratedAt { get; init; }

    [JsonIgnore]
    private IEnumerable<GateVerdict> Verdicts => new GateVerdict?[] { BaselineGate, AllowlistGateBefore, AllowlistGateAfter, IntegrityGate, ReportGate }.OfType<GateVerdict>();

    /// <summary>The report of a run, without a verdict yet.</summary>
    public static GovernanceReport Of(ReportEvidence evidence, TimeProvider clock) => new()
    {
        RunId = evidence.Manifest?.RunId ?? evidence.Folder.Name,
        RunDir = evidence.Folder.Name,
        Workflows = evidence.Manifest?.Workflows ?? [],
        Model = evidence.Manifest?.Model,
        ModelSelected = SelectedOf(evidence.Summary),
        SummaryJson = evidence.Folder.Relative(evidence.Folder.SummaryJson),
        SummaryMd = evidence.Folder.Relative(evidence.Folder.SummaryMarkdown),
        GeneratedAt = Stamp(clock),
    };

    /// <summary>A report on a run that has no folder yet, without verdicts.</summary>
    /// <param name="settings">What it would run.</param>
    /// <param name="clock">The clock.</param>
    public static GovernanceReport Of(BenchSettings settings, TimeProvider clock) => new()
    {
        RunId = settings.RunId,
        Workflows = settings.Workflows,
        Model = string.Join(',', settings.Workflows.Select(id => settings.Model.Of(WorkflowCatalog.Find(id)!)).Distinct()),
        GeneratedAt = Stamp(clock),
    };

    /// <summary>The report on a run that has a folder, whatever kept it from being judged.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="summary">What the records give; null when they cannot be read.</param>
    public GovernanceReport In(RunFolder folder, RunSummary? summary) => this with
    {
        RunDir = folder.Name,
        ModelSelected = SelectedOf(summary) ?? ModelSelected,
        SummaryJson = File.Exists(folder.SummaryJson) ? folder.Relative(folder.SummaryJson) : null,
        SummaryMd = File.Exists(folder.SummaryMarkdown) ? folder.Relative(folder.SummaryMarkdown) : null,
    };

    /// <summary>
    /// The report with the verdicts of an earlier one of the same run where this one has none. What kept the earlier one from being judged
    /// does not matter any more once this one is.
    /// </summary>
    public GovernanceReport With(GovernanceReport? earlier) => earlier is null || earlier.RunId != RunId ? this : this with
    {
        Preflight = Preflight ?? earlier.Preflight,
        Launch = Launch ?? earlier.Launch,
        Failure = ReportGate is null ? Failure ?? earlier.Failure : Failure,
        BaselineGate = BaselineGate ?? earlier.BaselineGate,
        AllowlistGateBefore = AllowlistGateBefore ?? earlier.AllowlistGateBefore,
        AllowlistGateAfter = AllowlistGateAfter ?? earlier.AllowlistGateAfter,
        IntegrityGate = IntegrityGate ?? earlier.IntegrityGate,
        ReportGate = ReportGate ?? earlier.ReportGate,
    };

    /// <summary>The report of a run; null when it has none.</summary>
    /// <exception cref="BenchUsageException">The file is no report of this version.</exception>
    public static GovernanceReport? Read(RunFolder folder)
    {
        if (!File.Exists(folder.GovernanceReport))
        {
            return null;
        }

        try
        {
            return OutsideJson.Deserialize(File.ReadAllBytes(folder.GovernanceReport), Json.GovernanceReport) is { SchemaVersion: FormatVersions.GovernanceReport } report
                ? report
                : throw new JsonException("it is of another version");
        }
        catch (JsonException e)
        {
            throw new BenchUsageException($"'{folder.GovernanceReport}' is no report of this version of Bench: {e.Message.TrimEnd('.')}. Move it away, and ask the gates again.");
        }
    }

    /// <summary>Writes the report into its run folder, whole or not at all.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="redactor">What git and the file names say passes through it.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Write(RunFolder folder, Redactor redactor) => Write(folder.GovernanceReport, redactor);

    /// <summary>Writes the report, whole or not at all.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="redactor">What git and the file names say passes through it.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string path, Redactor redactor) => AtomicFile.Write(path, Encoding.UTF8.GetBytes(ToJson(redactor)));

    /// <summary>The report as it is written.</summary>
    public string ToJson(Redactor redactor) => redactor.Redact(JsonSerializer.Serialize(this, Json.GovernanceReport) + "\n");

    private static string Stamp(TimeProvider clock) => clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string? SelectedOf(RunSummary? summary)
    {
        string[] models = [.. (summary?.Lanes ?? []).SelectMany(lane => lane.ModelsSelected).Distinct().Order(StringComparer.Ordinal)];
        return models.Length == 0 ? null : string.Join(',', models);
    }

    [JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
    [JsonSerializable(typeof(GovernanceReport))]
    private sealed partial class GovernanceJsonContext : JsonSerializerContext;
}
