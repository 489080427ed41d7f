using Bench.Fixtures.Gateway.Protocols;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Gateway.Faults;

/// <summary>Where a streamed answer breaks, and what comes then.</summary>
/// <param name="Rule">The fault.</param>
/// <param name="Frames">The frames that come, in order.</param>
/// <param name="BreakIndex">Before this frame the break comes; the frames from there on are sent only after a stall with an end.</param>
internal sealed record StreamBreak(FaultRule Rule, IReadOnlyList<AnswerFrame> Frames, int BreakIndex)
{
    /// <summary>What a <c>broken_sse</c> sends instead of its next event: the beginning of one.</summary>
    public const string BrokenEvent = """{"type":"content_block_delta","choices":[{"delta":{"content":"half of""";

    /// <summary>Pieces of a stream that is to break: enough that there is a middle.</summary>
    private const int LeastPieces = 4;

    /// <summary>The break of an answer; null when the fault breaks no stream.</summary>
    public static StreamBreak? Of(FaultRule? rule, IModelProtocol protocol, ModelCall call, ModelAnswer answer, int groupTokens)
    {
        if (rule?.Fault is not (FaultCatalog.StallMidStream or FaultCatalog.CutStream or FaultCatalog.NoFinalEvent or FaultCatalog.BrokenSse))
        {
            return null;
        }

        var group = (int)Math.Clamp(answer.Tokens.Output / LeastPieces, 1, groupTokens);
        List<AnswerFrame> frames = [.. protocol.Stream(call, answer, group)];
        var limit = rule.Fault == FaultCatalog.NoFinalEvent ? long.MaxValue : rule.AfterTokens ?? frames.Sum(f => f.Tokens) / 2;
        return new StreamBreak(rule, frames, IndexAfter(frames, limit));
    }

    // Behind the frame that reaches the limit; at most behind the last one with a token, since what follows ends the answer.
    private static int IndexAfter(List<AnswerFrame> frames, long limit)
    {
        var (sent, index) = (0L, 0);
        for (var place = 0; place < frames.Count && (index == 0 || sent < limit); place++)
        {
            sent += frames[place].Tokens;
            index = frames[place].Tokens > 0 ? place + 1 : index;
        }

        return index;
    }
}
