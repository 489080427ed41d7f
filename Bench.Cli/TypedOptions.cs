using System.CommandLine.Parsing;
using System.Globalization;

namespace Bench.Cli;

/// <summary>Says what is wrong with the value of an option; the parser's own sentence names types of the platform.</summary>
internal static class TypedOptions
{
    /// <summary>The error as a sentence with the value that was given and what it must be.</summary>
    public static string Say(ParseError error) =>
        error.SymbolResult is OptionResult { Tokens: [var given] } option && Allowed(option.Option.ValueType, given.Value) is { } allowed
            ? $"{option.Option.Name} is '{given.Value}', but must be {allowed}. Correct it, or leave it out."
            : error.Message;

    // Null where the value is of the type: then something else is wrong.
    private static string? Allowed(Type type, string given)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(int) && !int.TryParse(given, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? "a whole number, e.g. 10"
            : plain == typeof(double) && !double.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? "a number, with a point before its fraction, e.g. 0.9"
            : null;
    }
}
