namespace Bench.Fixtures;

/// <summary>One condition of a test filter. Letter case is ignored, as VSTest does.</summary>
/// <param name="Name">The property or trait.</param>
/// <param name="Operator"><c>=</c>, <c>!=</c>, <c>~</c> (is in it) or <c>!~</c>.</param>
/// <param name="Value">What is asked for, without VSTest's escapes.</param>
internal sealed record FilterCondition(string Name, string Operator, string Value)
{
    /// <summary>It leaves out what has the value.</summary>
    public bool IsNegative => Operator[0] == '!';

    /// <summary>A part of the value is enough.</summary>
    public bool IsPart => Operator[^1] == '~';

    /// <summary>It is about this property.</summary>
    public bool IsOf(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>A value is, or with <c>~</c> holds, what the condition names.</summary>
    public bool Holds(string value) => IsPart ? value.Contains(Value, StringComparison.OrdinalIgnoreCase) : value.Equals(Value, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whoever has this trait is not selected.</summary>
    public bool LeavesOut(string name, string value) => IsNegative && IsOf(name) && Holds(value);
}
