namespace Bench.Fixtures.Summaries;

/// <summary>A table of a summary, as people read it: in Markdown, in the terminal, in HTML.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Columns">Left to right.</param>
/// <param name="Rows">Each with one text per column; not escaped.</param>
public sealed record SummaryTable(string Title, IReadOnlyList<SummaryColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>A column of a <see cref="SummaryTable"/>.</summary>
/// <param name="Name">The heading.</param>
/// <param name="IsNumber">Numbers are aligned to the right.</param>
/// <param name="Definition">What the column shows; null where the original harness's name says it.</param>
public sealed record SummaryColumn(string Name, bool IsNumber, string? Definition = null);
