using Bench.Fixtures.Gateway.Protocols;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Gateway.Faults;

/// <summary>What becomes of a scripted answer under a fault.</summary>
internal static class FaultyAnswers
{
    /// <summary>The name that a <c>wrong_model</c> answers with.</summary>
    public const string WrongModel = "another-model";

    /// <summary>The pause between two tokens of a <c>slow_drip</c>.</summary>
    private static readonly TimeSpan Drip = TimeSpan.FromMilliseconds(200);

    /// <summary>The answer's content under the fault.</summary>
    public static ModelAnswer Change(ModelAnswer answer, FaultRule? rule) => rule?.Fault switch
    {
        FaultCatalog.EmptyAnswer => Silent(answer, ScriptedFinish.Stop),
        FaultCatalog.Refusal => Silent(answer, ScriptedFinish.ContentFilter),
        FaultCatalog.LengthStop => Half(answer),
        FaultCatalog.WrongModel => answer with { Model = WrongModel },
        _ => answer,
    };

    /// <summary>The gateway's options under the fault: a drip is a slow pace.</summary>
    public static GatewayOptions Pace(GatewayOptions options, FaultRule? rule) => rule?.Fault == FaultCatalog.SlowDrip
        ? options with { TokensPerSecond = 1 / (rule.Delay ?? Drip).TotalSeconds, Jitter = 0 }
        : options;

    private static ModelAnswer Silent(ModelAnswer answer, ScriptedFinish finish) =>
        answer with { Reasoning = "", Text = "", ToolCalls = [], Finish = finish, Tokens = answer.Tokens with { Output = 0, Reasoning = 0 } };

    private static ModelAnswer Half(ModelAnswer answer)
    {
        // A surrogate pair is never cut.
        var end = answer.Text.Length / 2;
        var text = answer.Text[..(end > 0 && char.IsHighSurrogate(answer.Text[end - 1]) ? end - 1 : end)];
        return answer with
        {
            Text = text,
            ToolCalls = [],
            Finish = ScriptedFinish.Length,
            Tokens = answer.Tokens with { Output = answer.Tokens.Reasoning + TextGroups.TokensOf(text) },
        };
    }
}
