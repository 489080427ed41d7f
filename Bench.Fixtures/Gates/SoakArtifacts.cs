using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Bench.Fixtures.Records;

namespace Bench.Fixtures.Gates;

/// <summary>Writes what a soak came to beside its run folder: <c>&lt;run id&gt;.json</c> and <c>&lt;run id&gt;.md</c>. One piece of code for every entry point.</summary>
public static class SoakArtifacts
{
    private static readonly JsonSerializerOptions Indented = RecordJson.Options(indented: true, SoakJsonContext.Default);

    /// <summary>The artifact for programs, beside the run's folder.</summary>
    public static string JsonPath(RunFolder folder) => folder.Root + ".json";

    /// <summary>The artifact for people, beside the run's folder.</summary>
    public static string MarkdownPath(RunFolder folder) => folder.Root + ".md";

    /// <summary>Judges the run from its folder and writes both documents, each whole or not at all.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="cancellationToken">Ends the work; documents are then left as they were.</param>
    /// <returns>The report; null when the run is no soak.</returns>
    /// <exception cref="IOException">The folder cannot be read, or the documents cannot be written.</exception>
    public static SoakReport? Refresh(RunFolder folder, CancellationToken cancellationToken) => Refresh(folder, evidence => evidence, cancellationToken);

    /// <summary>As <see cref="Refresh(RunFolder, CancellationToken)"/>, by the process that runs it.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="round">The last round that was begun; 0 before the first.</param>
    /// <exception cref="IOException">The folder cannot be read, or the documents cannot be written.</exception>
    internal static SoakReport? Refresh(RunFolder folder, int round) => Refresh(folder, evidence => evidence with { Round = round }, CancellationToken.None);

    /// <summary>As <see cref="Refresh(RunFolder, CancellationToken)"/>, for a run that somebody else wrote: one that is not being written any more and has no end is dead.</summary>
    /// <exception cref="IOException">The folder cannot be read, or the documents cannot be written.</exception>
    public static SoakReport? RefreshOther(RunFolder folder, CancellationToken cancellationToken)
    {
        if (!File.Exists(folder.Manifest) || ManifestHeader.Read(folder.Manifest).Status != RunStatuses.Running)
        {
            return Refresh(folder, cancellationToken);
        }

        using var ownership = RunOwnership.Await(folder, TimeSpan.Zero);
        return Refresh(folder, evidence => evidence with { IsDead = ownership is not null }, cancellationToken);
    }

    /// <summary>The report as an indented document with a line end.</summary>
    public static byte[] Serialize(SoakReport report) => [.. JsonSerializer.SerializeToUtf8Bytes(report, (JsonTypeInfo<SoakReport>)Indented.GetTypeInfo(typeof(SoakReport))), (byte)'\n'];

    private static SoakReport? Refresh(RunFolder folder, Func<SoakEvidence, SoakEvidence> with, CancellationToken cancellationToken)
    {
        if (SoakEvidence.TryRead(folder, cancellationToken) is not { } evidence)
        {
            return null;
        }

        var report = SoakReportBuilder.Build(with(evidence));
        AtomicFile.Write(JsonPath(folder), Serialize(report));
        AtomicFile.Write(MarkdownPath(folder), Encoding.UTF8.GetBytes(SoakMarkdown.Render(report)));
        return report;
    }
}

/// <summary>The generated serializers of the report's types.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(SoakReport))]
internal sealed partial class SoakJsonContext : JsonSerializerContext;
