using System.Text.Json;
using System.Text.RegularExpressions;

namespace Bench.Fixtures.Intake;

/// <summary>What the platform's readers of JSON find wrong, without their words for programmers: types, paths of types, options, positions from 0.</summary>
internal static partial class JsonWords
{
    // The place is said apart; advice to programmers is none to who wrote the file.
    private static readonly string[] Endings = [" Path:", " LineNumber:", " which is not supported in this mode", " Change the reader options"];

    /// <summary>The reason without a full stop, and whether it is that of a value which is JSON and does not fit.</summary>
    public static (string Reason, bool IsOfValue) Of(JsonException problem)
    {
        var field = problem.Path?.TrimStart('$').TrimStart('.') is { Length: > 0 } path ? $"'{path}'" : "the value";
        if (Converted().Match(problem.Message) is { Success: true } converted)
        {
            // Of a value within another one the message names the outermost type, and the cause the right one.
            return ($"{field} must be {TypeOf(Cause().Match(problem.InnerException?.Message ?? "") is { Success: true } cause ? cause.Groups["type"].Value : converted.Groups["type"].Value)}", true);
        }

        if (Missing().Match(problem.Message) is { Success: true } missing)
        {
            return ($"{field} lacks {missing.Groups["names"].Value.TrimEnd('.')}", true);
        }

        if (Unmapped().Match(problem.Message) is { Success: true } unmapped)
        {
            return ($"the field '{unmapped.Groups["name"].Value}' is unknown", true);
        }

        if (problem.Message.StartsWith("The input does not contain any JSON tokens", StringComparison.Ordinal))
        {
            return ("there is nothing in it", false);
        }

        if (problem.Message.StartsWith("Expected depth to be zero", StringComparison.Ordinal))
        {
            return ("it ends before all objects and lists are closed", false);
        }

        var end = Endings.Select(ending => problem.Message.IndexOf(ending, StringComparison.Ordinal)).Where(index => index >= 0);
        var reason = problem.Message[..end.DefaultIfEmpty(problem.Message.Length).Min()].TrimEnd('.');
        return PlatformName().IsMatch(reason) ? ($"{field} is not what belongs there", true) : (reason, false);
    }

    /// <summary>Whether a name stands twice in an object; the readers do not say where.</summary>
    public static bool IsOfRepeatedName(JsonException problem) => problem.Message.Contains("uplicate", StringComparison.Ordinal);

    private static string TypeOf(string type) => type switch
    {
        _ when type.Contains("Dictionary`2", StringComparison.Ordinal) => "an object",
        _ when type.Contains("List`1", StringComparison.Ordinal) || type.Contains("Enumerable`1", StringComparison.Ordinal) || type.Contains("[]", StringComparison.Ordinal) => "a list",
        "Int16" or "Int32" or "Int64" or "UInt32" or "UInt64" => "a whole number",
        _ when type.Contains("System.Int", StringComparison.Ordinal) || type.Contains("System.UInt", StringComparison.Ordinal) => "a whole number",
        "number" or "Decimal" or "Double" => "a number",
        _ when type.Contains("System.Decimal", StringComparison.Ordinal) || type.Contains("System.Double", StringComparison.Ordinal) => "a number",
        "boolean" or "System.Boolean" => "true or false",
        _ when type.Contains("DateTime", StringComparison.Ordinal) => "a time, e.g. \"2026-03-01T08:00:00Z\"",
        "string" or "System.String" => "a text",
        _ => "an object",
    };

    [GeneratedRegex(@"could not be converted to (?<type>.+?)\.(?= Path:|$)")]
    private static partial Regex Converted();

    [GeneratedRegex(@"Cannot get the value of a token type '\w+' as an? (?<type>\w+)|out of bounds for an? (?<type>\w+)|supported (?<type>\w+) format")]
    private static partial Regex Cause();

    [GeneratedRegex("missing required properties including: (?<names>.+?)(?= Path:|$)")]
    private static partial Regex Missing();

    [GeneratedRegex("The JSON property '(?<name>.*?)' could not be mapped")]
    private static partial Regex Unmapped();

    [GeneratedRegex(@"\b(System|Bench)\.[A-Z]|\.NET\b|DateTime|Int32|Int64|deserializ")]
    private static partial Regex PlatformName();
}
