using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Bench.Fixtures.Gateway.Scripting;

/// <summary>
/// When the tokens of a scripted answer are due. Due times are counted from the request's arrival, not from the last write, so timers that fire late do not add up.
/// The jitter is drawn from seed, prompt and turn: a repeated run has the same one.
/// </summary>
internal sealed class Pacer
{
    // Timers are good to some milliseconds: faster streams send larger groups.
    private static readonly TimeSpan ShortestGap = TimeSpan.FromMilliseconds(20);
    private const int UnpacedGroup = 16;

    private readonly GatewayOptions options;
    private readonly Random jitter;
    private readonly long start;
    private TimeSpan due;

    public Pacer(GatewayOptions options, string promptId, int? turn, long startTimestamp)
    {
        this.options = options;
        start = startTimestamp;
        jitter = new Random(SeedOf(options.Seed, promptId, turn));
        due = options.FirstTokenDelay * NextFactor();
    }

    /// <summary>Tokens in one event of the stream.</summary>
    public int GroupTokens => options.TokensPerSecond <= 0 ? UnpacedGroup : Math.Max(1, (int)(options.TokensPerSecond * ShortestGap.TotalSeconds));

    /// <summary>How long after the request's arrival the next token is due.</summary>
    public TimeSpan Due => due;

    /// <summary>Books tokens that were sent, or that are made unseen: what follows is due that much later.</summary>
    public void Add(long tokens)
    {
        if (options.TokensPerSecond > 0)
        {
            due += TimeSpan.FromSeconds(tokens / options.TokensPerSecond) * NextFactor();
        }
    }

    /// <summary>Waits until the next token is due.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        var left = due - options.Clock.GetElapsedTime(start);
        return left > TimeSpan.Zero ? Task.Delay(left, options.Clock, cancellationToken) : Task.CompletedTask;
    }

    private double NextFactor() => 1 + (options.Jitter * ((2 * jitter.NextDouble()) - 1));

    // string.GetHashCode differs from process to process.
    private static int SeedOf(int seed, string promptId, int? turn)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{seed}:{promptId}:{turn}");
        return BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
