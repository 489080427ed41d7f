using System.Text.Json;
using System.Text.RegularExpressions;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Prompts;

// One prompt and its checks.
public static partial class PromptSetReader
{
    internal const string IdPattern = $"^{IdForm}$";
    internal const int MaxIdLength = 100;

    private const string IdForm = "[a-z0-9]+(_[a-z0-9]+)*";
    private const string DefaultCategory = "general";
    private const int MaxShownLength = 60;

    // A pattern that cannot be matched within a second would be useless as a check; see CheckKind.Regex.
    private static readonly TimeSpan RegexLimit = TimeSpan.FromSeconds(1);

    // In .NET a '$' matches before a last line feed too, in JSON Schema it does not.
    /// <summary>Whether a text may be a prompt's id: lower-case letters, digits and single underscores between them, at most 100 characters.</summary>
    public static bool IsId(string text) => text.Length <= MaxIdLength && IdRegex().IsMatch(text);

    [GeneratedRegex($"^{IdForm}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex IdRegex();

    private static Prompt ReadPrompt(LocatedJson item, int number, PromptProblems problems)
    {
        var place = FormattableString.Invariant($"prompt {number}");
        if (item.Kind != JsonValueKind.Object)
        {
            problems.Add(item.Line, $"{place} is {NameOf(item.Kind)} instead of an object. Write {{ \"id\": …, \"prompt\": … }}.");
            return new() { Id = "", Category = "", Title = "", Text = "" };
        }

        var id = ReadId(item, place, problems);
        place = id.Length > 0 ? $"prompt '{id}'" : place;
        problems.CheckFields(item, PromptFields, place);
        return new()
        {
            Id = id,
            Category = OptionalText(item, "category", place, problems) ?? DefaultCategory,
            Title = OptionalText(item, "title", place, problems) ?? id,
            Text = ReadText(item, place, problems),
            Checks = [.. ReadHints(item, place, problems), .. ReadChecks(item, place, problems)],
        };
    }

    private static string ReadId(LocatedJson item, string place, PromptProblems problems)
    {
        const string Form = "lower-case letters, digits and single underscores, at most 100 characters, e.g. 'coding_ability_1'";
        switch (item.Find("id"))
        {
            case null:
                problems.Add(item.Line, $"{place} has no id. Add \"id\": {Form}.");
                return "";
            case { Kind: JsonValueKind.String, Text: var text } when string.IsNullOrWhiteSpace(text):
                problems.Add(item.Find("id")!.Line, $"{place} has a blank id. Use {Form}.");
                return "";
            case { Kind: JsonValueKind.String, Text: var text } when IsId(text):
                return text;
            case var id:
                problems.Add(id.Line, $"{place} has the id {Shown(id)}, from which no file name can be built. Use {Form}.");
                return "";
        }
    }

    private static string ReadText(LocatedJson item, string place, PromptProblems problems)
    {
        var text = item.Find("prompt");
        if (text is { Kind: JsonValueKind.String } && !string.IsNullOrWhiteSpace(text.Text))
        {
            return text.Text;
        }

        var what = text switch
        {
            null => "has no prompt text",
            { Kind: JsonValueKind.String } => "has a blank prompt text",
            _ => $"has {NameOf(text.Kind)} as its prompt text",
        };
        problems.Add(text?.Line ?? item.Line, $"{place} {what}. Add \"prompt\": the text that is sent to the agent.");
        return "";
    }

    private static IEnumerable<PromptCheck> ReadHints(LocatedJson item, string place, PromptProblems problems)
    {
        if (ArrayOf(item, "success_hints", place, problems) is not { } hints)
        {
            yield break;
        }

        foreach (var hint in hints)
        {
            if (hint.Kind != JsonValueKind.String || string.IsNullOrWhiteSpace(hint.Text))
            {
                problems.Add(hint.Line, $"{place} has {Shown(hint)} among its success_hints. Each hint is a text that the answer must contain.");
            }

            yield return new(CheckKind.Contains, hint.Text);
        }
    }

    private static IEnumerable<PromptCheck> ReadChecks(LocatedJson item, string place, PromptProblems problems)
    {
        if (ArrayOf(item, "checks", place, problems) is not { } checks)
        {
            yield break;
        }

        for (var i = 0; i < checks.Count; i++)
        {
            if (ReadCheck(checks[i], FormattableString.Invariant($"check {i + 1} of {place}"), problems) is { } check)
            {
                yield return check;
            }
        }
    }

    private static PromptCheck? ReadCheck(LocatedJson item, string place, PromptProblems problems)
    {
        if (item.Kind != JsonValueKind.Object)
        {
            problems.Add(item.Line, $"{place} is {NameOf(item.Kind)} instead of an object. Write {{ \"kind\": …, \"value\": … }}.");
            return null;
        }

        problems.CheckFields(item, CheckFields, place);
        var kind = ReadKind(item, place, problems);
        var value = item.Find("value");
        if (value is null || string.IsNullOrWhiteSpace(value.Text))
        {
            problems.Add(value?.Line ?? item.Line, $"{place} has no value. Add \"value\": what the answer is judged by.");
            return null;
        }

        return kind is null || !IsUsable(kind.Value, value, place, problems) ? null : new(kind.Value, value.Text);
    }

    private static CheckKind? ReadKind(LocatedJson item, string place, PromptProblems problems)
    {
        var names = Enum.GetNames<CheckKind>().Select(name => name.ToLowerInvariant()).ToList();
        var kind = item.Find("kind");
        if (kind is { Kind: JsonValueKind.String } && names.Contains(kind.Text))
        {
            return Enum.Parse<CheckKind>(kind.Text, ignoreCase: true);
        }

        var what = kind is null ? "has no kind" : $"has the unknown kind {Shown(kind)}";
        problems.Add(kind?.Line ?? item.Line, $"{place} {what}.{NearestName.Hint(kind?.Text ?? "", names)} Known: {NearestName.Quoted(names)}.");
        return null;
    }

    private static bool IsUsable(CheckKind kind, LocatedJson value, string place, PromptProblems problems)
    {
        var problem = kind switch
        {
            CheckKind.Json => ShapeProblem(value),
            _ when value.Kind != JsonValueKind.String => $"has {NameOf(value.Kind)} as its value. Write a text.",
            CheckKind.Regex => PatternProblem(value.Text),
            _ => null,
        };
        if (problem is not null)
        {
            problems.Add(value.Line, $"{place} {problem}");
        }

        return problem is null;
    }

    private static string? PatternProblem(string pattern)
    {
        try
        {
            _ = new Regex(pattern, RegexOptions.CultureInvariant, RegexLimit);
            return null;
        }
        catch (RegexParseException e)
        {
            return $"has a pattern that is no regular expression (.NET syntax): {e.Message.TrimEnd('.')}. Correct the pattern.";
        }
    }

    // The shape may be written as a JSON object or as a text that holds one.
    private static string? ShapeProblem(LocatedJson value)
    {
        const string Help = "Write the shape as an object, e.g. { \"status\": \"string\" }.";
        if (value.Kind == JsonValueKind.Object)
        {
            return null;
        }

        if (value.Kind != JsonValueKind.String)
        {
            return $"has {NameOf(value.Kind)} as its shape. {Help}";
        }

        try
        {
            using var shape = OutsideJson.Parse(value.Text);
            return shape.RootElement.ValueKind == JsonValueKind.Object ? null : $"has a shape that is not an object. {Help}";
        }
        catch (JsonException)
        {
            return $"has a shape that is not JSON. {Help}";
        }
    }

    private static IReadOnlyList<LocatedJson>? ArrayOf(LocatedJson item, string field, string place, PromptProblems problems)
    {
        switch (item.Find(field))
        {
            case null or { Kind: JsonValueKind.Null }:
                return null;
            case { Kind: JsonValueKind.Array, Items: var items }:
                return items;
            case var other:
                problems.Add(other.Line, $"{place} has {NameOf(other.Kind)} as {field}. Write a list.");
                return null;
        }
    }

    private static string? OptionalText(LocatedJson item, string field, string place, PromptProblems problems)
    {
        switch (item.Find(field))
        {
            case null:
                return null;
            case { Kind: JsonValueKind.String, Text: var text } when !string.IsNullOrWhiteSpace(text) && !text.Contains('\n', StringComparison.Ordinal):
                return text;
            case var other:
                problems.Add(other.Line, $"{place} has {Shown(other)} as its {field}. Write one line of text, or leave the field out.");
                return null;
        }
    }

    private static string Shown(LocatedJson value) => value.Kind switch
    {
        JsonValueKind.String when value.Text.Length == 0 => "an empty text",
        JsonValueKind.String or JsonValueKind.Number => $"'{OneLine(value.Text)}'",
        _ => NameOf(value.Kind),
    };

    private static string OneLine(string text)
    {
        var line = text.ReplaceLineEndings("\\n");
        return line.Length <= MaxShownLength ? line : line[..MaxShownLength] + "…";
    }

    private static string NameOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a truth value",
    };
}
