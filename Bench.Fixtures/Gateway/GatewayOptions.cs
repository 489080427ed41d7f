using Bench.Fixtures.Gateway.Cassettes;
using Bench.Fixtures.Gateway.Faults;
using Bench.Fixtures.Redaction;

namespace Bench.Fixtures.Gateway;

/// <summary>How a gateway listens and how its scripted model answers.</summary>
public sealed record GatewayOptions
{
    /// <summary>The port on 127.0.0.1; 0 takes a free one. Default: 0.</summary>
    public int Port { get; init; }

    /// <summary>The key that agents must send; null makes a random one (32 bytes, base64url).</summary>
    public string? Token { get; init; }

    /// <summary>Absolute path of the <c>usage.jsonl</c> that gets a line per model request; null writes none. See docs/formats/usage.md.</summary>
    public string? UsagePath { get; init; }

    /// <summary>Absolute path of the file that gets the gateway's own defects, made by the first of them; null writes none.</summary>
    public string? FailuresPath { get; init; }

    /// <summary>Knows the run's secrets: none of them is handed to an agent in a provider's answer, or stands in a file. Default: knows none.</summary>
    public Redactor Redactor { get; init; } = new([]);

    /// <summary>Source of all timestamps and waits.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Time from a request to the first token of its scripted answer. Default: none.</summary>
    public TimeSpan FirstTokenDelay { get; init; }

    /// <summary>Pace of a scripted answer after its first token; 0 means as fast as possible. Default: 0.</summary>
    public double TokensPerSecond { get; init; }

    /// <summary>Relative spread of delay and pace, 0 to 1, drawn from <see cref="Seed"/>, prompt and turn. Default: 0.</summary>
    public double Jitter { get; init; }

    /// <summary>Seed of the jitter, and of a fault plan without one. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>The model name that scripted answers carry; null answers as the model asked for.</summary>
    public string? AnswerAs { get; init; }

    /// <summary>The models that the scripted model serves, without provider prefix; any other name gets the API's model-not-found error.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Records every model request and its answer; null records nothing. Default: null.</summary>
    public CassetteRecording? Recording { get; init; }

    /// <summary>Times of a cassette's answers are multiplied by this: 1 is as recorded, 0 at once. Default: 1.</summary>
    public double ReplayPace { get; init; } = 1;

    /// <summary>Faults by rule, for scripted routes; null for none but those that a route names itself.</summary>
    public FaultPlan? Faults { get; init; }

    /// <summary>Largest request body in bytes; a larger one is refused with 413. Default: 32 MiB.</summary>
    public long MaxBodyBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Requests in work at once; further ones are refused with 503. Default: 256.</summary>
    public int MaxConcurrentRequests { get; init; } = 256;

    /// <summary>Runs the gateway's own code once before it listens, so that the first request is no slower than the next. Costs some 100 ms per process, little after. Default: true.</summary>
    public bool WarmUp { get; init; } = true;

    /// <summary>Names the options without the token.</summary>
    public override string ToString() => $"GatewayOptions {{ Port = {Port}, Models = {string.Join(", ", Models)} }}";
}
