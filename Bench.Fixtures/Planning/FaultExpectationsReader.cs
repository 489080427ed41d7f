using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Planning;

/// <summary>Reads fault expectations. See docs/formats/fault-expectations.md.</summary>
public static partial class FaultExpectationsReader
{
    private static readonly string[] FileFields = ["$schema", "schema_version", "expectations"];
    private static readonly string[] EntryFields = ["fault", "outcome", "attempts", "within_s", "why", "lanes"];
    private static readonly string[] LaneFields = ["outcome", "attempts", "within_s", "why"];
    private static readonly IReadOnlyList<string> Workflows = [.. WorkflowCatalog.All.Select(w => w.Id)];

    /// <summary>Reads and checks the expectations from their bytes.</summary>
    /// <param name="json">The file's bytes.</param>
    /// <param name="path">Its path, for the error messages.</param>
    /// <exception cref="BenchUsageException">They are wrong; names all faults with their lines.</exception>
    public static FaultExpectations Parse(ReadOnlySpan<byte> json, string path)
    {
        var problems = new List<(int Line, string Text)>();
        var byFault = new Dictionary<string, FaultExpectation>(StringComparer.Ordinal);
        var byLane = new Dictionary<(string, string), FaultExpectation>();
        if (LocatedJson.TryParse(json, out var fault) is { } root)
        {
            ReadFile(root, byFault, byLane, problems);
        }
        else
        {
            problems.Add((fault!.Line, string.Create(CultureInfo.InvariantCulture, $"it is not JSON (column {fault.Column}): {fault.Reason}. Correct the file.")));
        }

        return problems.Count == 0
            ? new FaultExpectations(path, byFault, byLane)
            : throw new BenchUsageException([.. problems.OrderBy(p => p.Line).Select(p => string.Create(CultureInfo.InvariantCulture, $"The fault expectations '{path}', line {p.Line}: {p.Text}"))]);
    }

    private static void ReadFile(
        LocatedJson root, Dictionary<string, FaultExpectation> byFault, Dictionary<(string, string), FaultExpectation> byLane, List<(int Line, string Text)> problems)
    {
        CheckFields(root, FileFields, "the file", problems);
        if (root.Find("schema_version")?.Text != "1")
        {
            problems.Add((root.Line, $"'schema_version' is '{root.Find("schema_version")?.Text ?? "not there"}'. This version of Bench reads 1."));
        }

        if (root.Find("expectations") is not { Kind: JsonValueKind.Array, Items.Count: > 0 } list)
        {
            problems.Add((root.Line, "'expectations' holds none. Give a list with at least one."));
            return;
        }

        foreach (var entry in list.Items)
        {
            ReadEntry(entry, byFault, byLane, problems);
        }
    }

    private static void ReadEntry(
        LocatedJson entry, Dictionary<string, FaultExpectation> byFault, Dictionary<(string, string), FaultExpectation> byLane, List<(int Line, string Text)> problems)
    {
        CheckFields(entry, EntryFields, "an expectation", problems);
        var fault = entry.Find("fault")?.Text ?? "";
        if (!FaultCatalog.Ids.Contains(fault))
        {
            problems.Add((entry.Line, $"'fault' is '{fault}', which does not exist.{NearestName.Hint(fault, FaultCatalog.Ids)} Known: {NearestName.Quoted(FaultCatalog.Ids)}."));
        }

        var common = ReadOne(entry, null, fault, problems);
        if (!byFault.TryAdd(fault, common))
        {
            problems.Add((entry.Line, $"'{fault}' stands there twice. Keep one."));
        }

        foreach (var (lane, line, value) in entry.Find("lanes")?.Members ?? [])
        {
            if (!Workflows.Contains(lane))
            {
                problems.Add((line, $"'{fault}' has the lane '{lane}', which does not exist.{NearestName.Hint(lane, Workflows)} Known: {NearestName.Quoted(Workflows)}."));
            }

            CheckFields(value, LaneFields, $"'{fault}' of '{lane}'", problems);
            byLane[(fault, lane)] = ReadOne(value, common, $"{fault}' of '{lane}", problems);
        }
    }

    // What a lane does not say is that of the fault.
    private static FaultExpectation ReadOne(LocatedJson item, FaultExpectation? common, string place, List<(int Line, string Text)> problems)
    {
        var outcome = item.Find("outcome")?.Text ?? common?.Outcome ?? "";
        if (!OutcomeRegex().IsMatch(outcome))
        {
            problems.Add((item.Line, $"'{place}' has the outcome '{outcome}'. Give 'passed', or category and reason such as 'env/auth_error'."));
        }

        return new FaultExpectation
        {
            Outcome = outcome,
            Attempts = (int)(Number(item, "attempts", place, problems) ?? common?.Attempts ?? 1),
            Within = TimeSpan.FromSeconds(Number(item, "within_s", place, problems) ?? common?.Within.TotalSeconds ?? 60),
            Why = item.Find("why")?.Text ?? common?.Why,
        };
    }

    private static double? Number(LocatedJson item, string name, string place, List<(int Line, string Text)> problems)
    {
        if (item.Find(name) is not { } value)
        {
            return null;
        }

        if (value.Kind == JsonValueKind.Number && int.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1)
        {
            return number;
        }

        problems.Add((value.Line, $"'{place}' has '{name}' '{value.Text}'. Give a whole number from 1."));
        return null;
    }

    private static void CheckFields(LocatedJson item, string[] known, string place, List<(int Line, string Text)> problems)
    {
        foreach (var (name, line, _) in item.Members.Where(member => !known.Contains(member.Name)))
        {
            problems.Add((line, $"{place} has the unknown field '{name}'.{NearestName.Hint(name, known)} Known: {NearestName.Quoted(known)}."));
        }
    }

    [GeneratedRegex(@"^(passed|(harness|model|env)/[a-z_]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex OutcomeRegex();
}
