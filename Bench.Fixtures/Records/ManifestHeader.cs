using System.Text;
using System.Text.Json;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Records;

/// <summary>
/// What the reading half needs of a manifest, whoever wrote it: Bench, an older Bench or the original Python harness.
/// A field that is absent, or of another type than expected, is null.
/// </summary>
public sealed record ManifestHeader
{
    /// <summary>A run without a manifest.</summary>
    public static ManifestHeader Absent { get; } = new();

    /// <summary>Null in the original harness's manifests.</summary>
    public int? SchemaVersion { get; init; }

    /// <summary>The run's id.</summary>
    public string? RunId { get; init; }

    /// <summary>One of <see cref="RunStatuses"/>; null in the original harness's manifests.</summary>
    public string? Status { get; init; }

    /// <summary>When the manifest was written, as it says.</summary>
    public string? CreatedAt { get; init; }

    /// <summary>What stood behind the model; for the original harness <c>dry-run</c> or <c>live</c>.</summary>
    public string? Profile { get; init; }

    /// <summary>What the run's processes carry in their environment as <c>BENCH_RUN_MARK</c>; null in manifests of others.</summary>
    public string? ProcessMark { get; init; }

    /// <summary>The model failed on purpose, by faults or a fault plan: the run is no benchmark.</summary>
    public bool HasFaults { get; init; }

    /// <summary>The cores that the run could use; null when the manifest does not say.</summary>
    public int? CpuCount { get; init; }

    /// <summary>CPU time of the run's shared server in milliseconds; null without one, before the run's end and when unknown.</summary>
    public double? ServerCpuMs { get; init; }

    /// <summary>Planned jobs per workflow; null when the manifest lists no jobs.</summary>
    public IReadOnlyDictionary<string, int>? PlannedByWorkflow { get; init; }

    /// <summary>Planned jobs; null when the manifest does not list them.</summary>
    public int? PlannedCount => PlannedByWorkflow?.Values.Sum();

    /// <summary>The lanes that a manifest names in <c>workflows</c>; empty when it names none.</summary>
    internal IReadOnlyList<string> OriginalLanes { get; init; } = [];

    /// <summary>Sum of the planned job ids' fingerprints.</summary>
    internal ulong PlannedJobIdSum { get; init; }

    /// <summary>Reads a manifest; an absent one is <see cref="Absent"/>.</summary>
    /// <exception cref="BenchUsageException">The file is no JSON object.</exception>
    public static ManifestHeader Read(string path) => File.Exists(path) ? Parse(File.ReadAllBytes(path), path) : Absent;

    /// <summary>Reads a manifest from its bytes; <paramref name="path"/> is for the error message.</summary>
    /// <exception cref="BenchUsageException">The bytes are no JSON object.</exception>
    public static ManifestHeader Parse(ReadOnlySpan<byte> json, string path)
    {
        try
        {
            return ParseObject(json);
        }
        catch (JsonException exception)
        {
            throw new BenchUsageException(
                $"The manifest '{path}' is no JSON object: {OutsideJson.Told(exception, json)}. Restore it, or remove it to read the run without its plan.");
        }
    }

    /// <summary>Hands every planned job to <paramref name="visit"/>, in the manifest's order, without keeping any.</summary>
    internal static void VisitJobs(ReadOnlySpan<byte> json, PlannedJobVisitor visit)
    {
        var reader = OutsideJson.Read(json);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
            {
                var isJobs = reader.ValueTextEquals("jobs"u8);
                reader.Read();
                if (isJobs && reader.TokenType == JsonTokenType.StartArray)
                {
                    VisitArray(ref reader, visit);
                    return;
                }

                reader.Skip();
            }
        }
    }

    private static ManifestHeader ParseObject(ReadOnlySpan<byte> json)
    {
        var header = new ManifestHeader();
        var reader = OutsideJson.Read(json);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("it begins with something else than '{'.");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            header = name == "jobs" && reader.TokenType == JsonTokenType.StartArray ? WithJobs(header, ref reader) : With(header, name, ref reader);
            reader.Skip();
        }

        return header;
    }

    private static ManifestHeader WithJobs(ManifestHeader header, ref Utf8JsonReader reader)
    {
        SortedDictionary<string, int> planned = new(StringComparer.Ordinal);
        var (names, sum) = (new NameTable(), 0UL);
        VisitArray(ref reader, (jobId, workflowId, _, _) =>
        {
            var workflow = names[names.Add(workflowId)];
            planned[workflow] = planned.GetValueOrDefault(workflow) + 1;
            sum += Fingerprint.Of(jobId);
        });
        return header with { PlannedByWorkflow = planned, PlannedJobIdSum = sum };
    }

    private static ManifestHeader With(ManifestHeader header, string? name, ref Utf8JsonReader reader)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return name switch
        {
            "schema_version" => header with { SchemaVersion = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var v) ? v : null },
            "run_id" => header with { RunId = text },
            "status" => header with { Status = text },
            "created_at" => header with { CreatedAt = text },
            "process_mark" => header with { ProcessMark = text },
            "profile" => header with { Profile = text },
            "workflows" => header with { OriginalLanes = TextsIn(reader) },
            "fault_plan" => header with { HasFaults = header.HasFaults || text is not null },
            "host" => header with { CpuCount = (int?)NumberIn(reader, "cpu_count"u8) },
            "closing" => header with { ServerCpuMs = NumberIn(reader, "server_cpu_ms"u8) },
            "faults" => header with { HasFaults = header.HasFaults || HasItems(reader) },
            "dry_run" => header with { Profile = header.Profile ?? (reader.TokenType == JsonTokenType.True ? "dry-run" : "live") },
            _ => header,
        };
    }

    // On a copy, as below: the caller skips the value.
    private static double? NumberIn(Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt)
            {
                return reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) ? number : null;
            }

            reader.Skip();
        }

        return null;
    }

    // On a copy.
    private static List<string> TextsIn(Utf8JsonReader reader)
    {
        List<string> texts = [];
        while (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.String && reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            texts.Add(reader.GetString()!);
        }

        return [.. texts.Distinct()];
    }

    // On a copy: the caller skips the value.
    private static bool HasItems(Utf8JsonReader reader) => reader.TokenType == JsonTokenType.StartArray && reader.Read() && reader.TokenType != JsonTokenType.EndArray;

    private static void VisitArray(scoped ref Utf8JsonReader reader, PlannedJobVisitor visit)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            ReadOnlySpan<byte> jobId = default, workflow = default, prompt = default;
            var (trial, isPlanned) = (1, true);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.ValueSpan;
                reader.Read();
                if (name.SequenceEqual("job_id"u8))
                {
                    jobId = Text(ref reader);
                }
                else if (name.SequenceEqual("workflow_id"u8))
                {
                    workflow = Text(ref reader);
                }
                else if (name.SequenceEqual("prompt_id"u8))
                {
                    prompt = Text(ref reader);
                }
                else if (name.SequenceEqual("trial"u8) && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number))
                {
                    trial = number;
                }

                else if (name.SequenceEqual("not_run"u8))
                {
                    isPlanned = reader.TokenType == JsonTokenType.Null;
                }

                reader.Skip();
            }

            // What was planned and then not needed is neither missing nor lost.
            if (!isPlanned)
            {
                continue;
            }

            visit(jobId.IsEmpty ? UsualJobId(workflow, prompt, trial) : jobId, workflow, prompt, trial);
        }
    }

    private static ReadOnlySpan<byte> UsualJobId(ReadOnlySpan<byte> workflowId, ReadOnlySpan<byte> promptId, int trial)
    {
        var jobId = new byte[workflowId.Length + promptId.Length + RecordIdentity.UsualJobIdOverhead];
        return jobId.AsSpan(0, RecordIdentity.WriteUsualJobId(workflowId, promptId, trial, jobId));
    }

    private static ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader reader) => reader.TokenType != JsonTokenType.String
        ? default
        : reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;
}

/// <summary>One planned job; the spans are UTF-8 and valid during the call only.</summary>
internal delegate void PlannedJobVisitor(ReadOnlySpan<byte> jobId, ReadOnlySpan<byte> workflowId, ReadOnlySpan<byte> promptId, int trial);
