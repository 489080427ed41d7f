using System.Text;
using System.Text.Json;

namespace Bench.Fixtures.Records;

internal sealed partial class RecordRowReader
{
    // In milliseconds more than thirty years, in counts more than a run's tokens or a machine's bytes.
    private const double LongestMs = 1e12;
    private const double Most = 1e15;
    private const int MostShown = 40;

    private readonly List<string> nonsense = [];

    /// <summary>
    /// The numbers of the record read last that nothing can have measured, such as a negative count or one beyond 32 bits; e.g. <c>retry_count is -3</c>. They are
    /// unknown in the row: cut or wrapped, they would be counted as something else. Null as a rule.
    /// </summary>
    public string? Nonsense => nonsense.Count == 0 ? null : string.Join(", ", nonsense);

    private double? Duration(scoped in CompactJsonReader reader) => Checked(reader, 0, LongestMs);

    // Between two stamps that may come in either order.
    private double? Difference(scoped in CompactJsonReader reader) => Checked(reader, -LongestMs, LongestMs);

    private int? Count(scoped in CompactJsonReader reader, int least = 0) => (int?)Checked(reader, least, int.MaxValue);

    private long? Amount(scoped in CompactJsonReader reader) => Checked(reader, 0, Most) is null ? null : reader.Integer();

    private decimal? Cost(scoped in CompactJsonReader reader) => Checked(reader, 0, Most) is null ? null : reader.Decimal();

    private double? Checked(scoped in CompactJsonReader reader, double least, double most)
    {
        if (reader.Kind != JsonTokenType.Number)
        {
            return null;
        }

        if (reader.Double() is { } number && number >= least && number <= most)
        {
            return number;
        }

        var shown = Encoding.UTF8.GetString(reader.Value[..Math.Min(reader.Value.Length, MostShown)]);
        nonsense.Add($"{Encoding.UTF8.GetString(reader.Name)} is {shown}{(reader.Value.Length > MostShown ? "…" : "")}");
        return null;
    }
}
