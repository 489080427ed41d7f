using Bench.Fixtures.Gates;
using Bench.Fixtures.Redaction;

namespace Bench.Cli.Governed;

/// <summary>Runs the benchmarks in a process of their own and waits for its end; a cancel is handed on to it, and it is waited for. Never throws for what the process does.</summary>
internal delegate Task<GovernanceLaunch> BenchLaunch(LaunchRequest request, CancellationToken cancellationToken);

/// <summary>What to run.</summary>
internal sealed record LaunchRequest
{
    /// <summary>The run.</summary>
    public required GovernedRequest Governed { get; init; }

    /// <summary>Where the test results go; absolute.</summary>
    public required string ResultsFolder { get; init; }

    /// <summary>The whole environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Where the output is shown as it comes.</summary>
    public required TextWriter Live { get; init; }

    /// <summary>What the output passes through.</summary>
    public required Redactor Redactor { get; init; }

    /// <summary>The arguments of <c>dotnet</c>.</summary>
    public IReadOnlyList<string> Arguments =>
    [
        "test",
        Governed.Launch.Project,
        .. Governed.NoBuild ? ["--no-build"] : Array.Empty<string>(),
        .. Governed.Configuration is { } configuration ? ["--configuration", configuration] : Array.Empty<string>(),
        .. Governed.Launch.RunSettingsFile is { } file ? ["--settings", file] : Array.Empty<string>(),
        "--results-directory",
        LaunchSettings.Escaped(ResultsFolder),
        .. Governed.Launch.Inputs.Settings.JUnitFile is null ? [$"-p:BenchJUnitFile={LaunchSettings.Escaped(Path.Combine(ResultsFolder, "bench.junit.xml"))}"] : Array.Empty<string>(),
        .. Governed.Launch.Properties.Select(property => $"-p:{property.Key}={property.Value}"),
    ];
}
