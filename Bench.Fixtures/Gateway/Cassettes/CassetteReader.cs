using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Gateway.Cassettes;

/// <summary>Reads the lines of a cassette and notes every problem of them.</summary>
internal sealed class CassetteReader(string path, List<string> problems)
{
    /// <summary>The exchanges in the order of the file.</summary>
    public List<CassetteExchange> Exchanges { get; } = [];

    /// <summary>The first line; null when it cannot be read, which is then in the list.</summary>
    public CassetteHeader? Header { get; private set; }

    /// <summary>The last line has no end and cannot be read: the recorder was killed while it wrote.</summary>
    public bool IsCutOff { get; private set; }

    public void Read(byte[] bytes)
    {
        var lines = Encoding.UTF8.GetString(bytes).Split('\n');
        Header = Line(lines[0], 1, CassetteJson.Lines.CassetteHeader);
        if (Header is { SchemaVersion: not CassetteHeader.CurrentSchemaVersion } other)
        {
            problems.Add(FormattableString.Invariant($"The cassette '{path}' has schema version {other.SchemaVersion}, this version of Bench reads {CassetteHeader.CurrentSchemaVersion}. Record it again with Gateway:RecordTo."));
            return;
        }

        for (var index = 1; Header is not null && index < lines.Length; index++)
        {
            ReadExchange(lines[index], index + 1, isLast: index == lines.Length - 1);
        }

        foreach (var twice in Exchanges.GroupBy(e => (e.Job, e.Attempt, e.Key, e.Repeat)).Where(g => g.Count() > 1))
        {
            problems.Add(FormattableString.Invariant($"The cassette '{path}' holds request '{twice.Key.Key[..12]}' of job '{twice.Key.Job}', attempt {twice.Key.Attempt}, repeat {twice.Key.Repeat}, {twice.Count()} times. Two recordings cannot be put together; record them in one run."));
        }
    }

    // A last line without its end was being written when the recorder was killed.
    private void ReadExchange(string line, int number, bool isLast)
    {
        if (line.Length == 0)
        {
            return;
        }

        var before = problems.Count;
        if (Line(line, number, CassetteJson.Lines.CassetteExchange) is { } exchange && IsUsable(exchange, number))
        {
            Exchanges.Add(exchange);
        }
        else if (isLast)
        {
            problems.RemoveRange(before, problems.Count - before);
            IsCutOff = true;
        }
    }

    private T? Line<T>(string line, int number, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return OutsideJson.Deserialize(Encoding.UTF8.GetBytes(line), type) ?? throw new JsonException("it is null");
        }
        catch (JsonException exception)
        {
            var what = number == 1 ? "is no cassette's header" : "cannot be read";
            var why = (exception as FaultyJsonException)?.Fault is { } fault ? FormattableString.Invariant($"column {fault.Column}: {fault.Reason}") : exception.Message;
            problems.Add(FormattableString.Invariant($"Line {number} of the cassette '{path}' {what}: {why}. Record it again with Gateway:RecordTo, or see docs/formats/cassette.md."));
            return null;
        }
    }

    private bool IsUsable(CassetteExchange exchange, int number)
    {
        var isUsable = CassetteEndings.IsKnown(exchange.Ending) && exchange is { Status: null or (>= 200 and <= 599), Attempt: >= 0, Repeat: >= 0 } && exchange.Key.Length == 64;
        if (!isUsable)
        {
            problems.Add(FormattableString.Invariant($"Line {number} of the cassette '{path}' holds a value out of range (ending, status, attempt, repeat or key). Record it again with Gateway:RecordTo, or see docs/formats/cassette.md."));
        }

        return isUsable;
    }
}
