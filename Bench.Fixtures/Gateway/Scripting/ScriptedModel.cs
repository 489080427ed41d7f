using System.Globalization;
using Bench.Fixtures.Gateway.Protocols;

namespace Bench.Fixtures.Gateway.Scripting;

/// <summary>The model of the embedded profile: answers a request from the route's script. Holds nothing between requests, so a repeated request gets the same answer.</summary>
internal sealed class ScriptedModel(GatewayOptions options)
{
    private const string HiddenText = "Benchmark task";

    /// <summary>The answer to a request.</summary>
    /// <exception cref="ScriptMismatchException">The script does not fit the request.</exception>
    public ModelAnswer Answer(ModelCall call, RouteSpec spec, TurnPlace place)
    {
        if (place.IsHidden)
        {
            return HiddenAnswer(call, spec, place);
        }

        var index = place.Turn ?? throw new ScriptMismatchException(
            "prompt_not_found",
            $"No user message of the request carries the prompt '{spec.PromptId}' word for word, so the scripted model does not know what to say. Send the prompt unchanged, e.g. on standard input.");
        var script = spec.Script!;
        var turn = script.TurnAt(index);
        var directory = WorkingDirectory.Of(call);
        var input = ScriptedTokens.Input(spec.PromptText, script, place.ToolResults, index, directory);
        var cached = index == 0 ? 0 : ScriptedTokens.Input(spec.PromptText, script, place.ToolResults, index - 1, directory);
        return Envelope(call, spec, index.ToString(CultureInfo.InvariantCulture)) with
        {
            Reasoning = turn.Reasoning,
            Text = turn.Text,
            ToolCalls = [.. turn.ToolCalls.Select((c, n) => NeutralTools.Translate(c, string.Create(CultureInfo.InvariantCulture, $"call_{index}_{n}"), call))],
            Finish = turn.Finish,
            Tokens = new AnswerTokens(input, cached, ScriptedTokens.Output(turn), TextGroups.TokensOf(turn.Reasoning)),
        };
    }

    private ModelAnswer HiddenAnswer(ModelCall call, RouteSpec spec, TurnPlace place)
    {
        var text = call.WantsJson ? SchemaExample.Of(call.JsonSchema, HiddenText) : HiddenText;
        var input = place.Turn is null ? 0 : TextGroups.TokensOf(spec.PromptText);
        return Envelope(call, spec, "hidden") with { Text = text, Tokens = new AnswerTokens(input, 0, TextGroups.TokensOf(text), 0) };
    }

    private ModelAnswer Envelope(ModelCall call, RouteSpec spec, string turn) => new()
    {
        Id = string.Create(CultureInfo.InvariantCulture, $"msg_{spec.JobId}_{spec.Attempt}_{turn}"),
        Model = options.AnswerAs ?? call.Model,
        Created = options.Clock.GetUtcNow(),
        Tokens = new AnswerTokens(0, 0, 0, 0),
    };
}
