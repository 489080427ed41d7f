using Bench.Fixtures.Gateway;
using Bench.Fixtures.Gateway.Cassettes;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Tests.Gateway;

/// <summary>Records with one gateway and replays with another.</summary>
internal sealed class CassetteBed : IDisposable
{
    public const string Secret = "correct-horse-battery-staple-7";

    private readonly TestFolder folder = new();

    public string Path => folder.At("cassettes", "c.ndjson");

    public static CassetteHeader Header { get; } = new()
    {
        RecordedAt = "2026-11-20T12:00:00Z",
        Bench = "0.1.0",
        Profile = "embedded",
        Agents = new Dictionary<string, string> { ["opencode"] = "1.18.33" },
    };

    /// <summary>The stored text.</summary>
    public string Text => File.ReadAllText(Path);

    public string Write(string text) => folder.Write("cassettes/c.ndjson", text);

    public GatewayOptions Recording(GatewayOptions? options = null) =>
        (options ?? GatewayBed.Options) with { Recording = new CassetteRecording { Path = Path, Header = Header, Redactor = new Redactor([new KnownSecret("secret", Secret)]) } };

    /// <summary>Opens a gateway, its route and client, talks to it and closes it.</summary>
    public async Task<T> RecordAsync<T>(Func<GatewayBed, Task<T>> talk, ScriptedAnswer? script = null, GatewayOptions? options = null, UpstreamTarget? upstream = null, string? agentFolder = null)
    {
        await using var bed = await GatewayBed.StartAsync(Recording(options), GatewayBed.Spec(upstream is null ? script ?? GatewayBed.Script("Hello, world!") : null, upstream: upstream) with { Folder = agentFolder });
        var result = await talk(bed);
        await bed.Route.WaitForIdleAsync(TestContext.Current.CancellationToken);
        return result;
    }

    public Task<GatewayBed> ReplayAsync(GatewayOptions? options = null, string? agentFolder = null, int attempt = 0, string job = "wf__p1") => GatewayBed.StartAsync(
        options ?? GatewayBed.Options with { ReplayPace = 0 },
        GatewayBed.Spec(null, job, attempt) with { Cassette = Cassette.Read(Path), Folder = agentFolder });

    public void Dispose() => folder.Dispose();
}
