using System.Globalization;
using System.Text.Json;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Gateway.Faults;

/// <summary>Reads a fault plan. See docs/formats/fault-plan.md.</summary>
public static class FaultPlanReader
{
    private const double LongestSeconds = 24 * 60 * 60;

    private static readonly string[] PlanFields = ["$schema", "schema_version", "seed", "rules"];
    private static readonly string[] RuleFields = ["id", "fault", "job", "requests", "probability", "retry_after_s", "delay_ms", "after_tokens"];

    /// <summary>Reads and checks a plan.</summary>
    /// <exception cref="BenchUsageException">The file is missing or wrong; names all its faults with their lines.</exception>
    public static FaultPlan Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BenchUsageException($"The fault plan '{path}' cannot be read: {exception.Message} Name a readable file by Gateway:FaultPlan.");
        }

        return Parse(bytes, path);
    }

    /// <summary>Reads and checks a plan from its bytes; <paramref name="path"/> is for the error messages.</summary>
    /// <exception cref="BenchUsageException">It is wrong; names all its faults with their lines.</exception>
    public static FaultPlan Parse(ReadOnlySpan<byte> json, string path)
    {
        var problems = new List<(int Line, string Text)>();
        if (LocatedJson.TryParse(json, out var fault) is not { } root)
        {
            problems.Add((fault!.Line, FormattableString.Invariant($"it is not JSON (column {fault.Column}): {fault.Reason}. Correct the file.")));
            throw Wrong(path, problems);
        }

        var plan = ReadPlan(root, problems);
        return problems.Count == 0 ? plan : throw Wrong(path, problems);
    }

    private static BenchUsageException Wrong(string path, List<(int Line, string Text)> problems) =>
        new([.. problems.OrderBy(p => p.Line).Select(p => FormattableString.Invariant($"The fault plan '{path}', line {p.Line}: {p.Text}"))]);

    private static FaultPlan ReadPlan(LocatedJson root, List<(int Line, string Text)> problems)
    {
        if (root.Kind != JsonValueKind.Object)
        {
            problems.Add((root.Line, "it is no JSON object. Write { \"schema_version\": 1, \"rules\": [ … ] }."));
            return new FaultPlan { Rules = [] };
        }

        CheckFields(root, PlanFields, "the plan", problems);
        if (root.Find("schema_version")?.Text != "1")
        {
            problems.Add((root.Line, $"'schema_version' is '{root.Find("schema_version")?.Text ?? "not there"}'. This version of Bench reads 1."));
        }

        var rules = root.Find("rules");
        if (rules is null || rules.Kind != JsonValueKind.Array || rules.Items.Count == 0)
        {
            problems.Add(((rules ?? root).Line, "'rules' holds no rule. Give a list with at least one."));
        }

        var read = (rules?.Items ?? []).Select((rule, index) => ReadRule(rule, index, problems)).OfType<FaultRule>().ToList();
        foreach (var group in read.GroupBy(r => r.Id).Where(g => g.Count() > 1))
        {
            problems.Add((rules!.Line, $"{group.Count()} rules have the id '{group.Key}'. Give each its own."));
        }

        return new FaultPlan { Seed = (int?)Number(root, "seed", int.MinValue, int.MaxValue, "the plan", problems, whole: true), Rules = read };
    }

    private static FaultRule? ReadRule(LocatedJson rule, int index, List<(int Line, string Text)> problems)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"rules[{index}]");
        if (rule.Kind != JsonValueKind.Object)
        {
            problems.Add((rule.Line, $"{place} is no object. Write {{ \"id\": …, \"fault\": … }}."));
            return null;
        }

        CheckFields(rule, RuleFields, place, problems);
        var requests = Text(rule, "requests", place, problems) ?? "*";
        var numbers = RequestNumbers.TryParse(requests);
        if (numbers is null)
        {
            problems.Add((rule.Find("requests")!.Line, $"{place}.requests is '{requests}'. Give '*', '1', '2-3', '4-' or several of these with commas; requests count from 1."));
        }

        return new FaultRule
        {
            Id = Text(rule, "id", place, problems) ?? place,
            Fault = ReadFault(rule, place, problems),
            Job = Text(rule, "job", place, problems) ?? "*",
            Requests = numbers ?? RequestNumbers.All,
            Probability = ReadProbability(rule, place, problems),
            RetryAfter = TimeSpan.FromSeconds(Number(rule, "retry_after_s", 0, LongestSeconds, place, problems) ?? 2),
            Delay = Number(rule, "delay_ms", 1, LongestSeconds * 1000, place, problems) is { } delay ? TimeSpan.FromMilliseconds(delay) : null,
            AfterTokens = (int?)Number(rule, "after_tokens", 1, int.MaxValue, place, problems, whole: true),
        };
    }

    private static string ReadFault(LocatedJson rule, string place, List<(int Line, string Text)> problems)
    {
        var fault = Text(rule, "fault", place, problems);
        if (fault is null || !FaultCatalog.Ids.Contains(fault))
        {
            var what = fault is null ? $"{place} has no 'fault'." : $"{place}.fault is '{fault}', which does not exist.{NearestName.Hint(fault, FaultCatalog.Ids)}";
            problems.Add(((rule.Find("fault") ?? rule).Line, $"{what} Known: {NearestName.Quoted(FaultCatalog.Ids)}."));
        }

        return fault ?? "";
    }

    private static double ReadProbability(LocatedJson rule, string place, List<(int Line, string Text)> problems)
    {
        var probability = Number(rule, "probability", 0, 1, place, problems) ?? 1;
        if (probability == 0)
        {
            problems.Add((rule.Find("probability")!.Line, $"{place}.probability is 0, so the rule never applies. Give a number over 0 and at most 1, or remove the rule."));
        }

        return probability;
    }

    private static string? Text(LocatedJson item, string name, string place, List<(int Line, string Text)> problems)
    {
        if (item.Find(name) is not { } value)
        {
            return null;
        }

        if (value.Kind != JsonValueKind.String || value.Text.Length == 0)
        {
            problems.Add((value.Line, $"{place}.{name} is '{value.Text}'. Give a text that is not empty."));
        }

        return value.Text;
    }

    private static double? Number(LocatedJson item, string name, double least, double most, string place, List<(int Line, string Text)> problems, bool whole = false)
    {
        if (item.Find(name) is not { } value)
        {
            return null;
        }

        var number = 0.0;
        var isNumber = value.Kind == JsonValueKind.Number && double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
        if (isNumber && number >= least && number <= most && (!whole || number == Math.Floor(number)))
        {
            return number;
        }

        problems.Add((value.Line, string.Create(CultureInfo.InvariantCulture, $"{place}.{name} is '{value.Text}'. Give a {(whole ? "whole " : "")}number from {least} to {most}.")));
        return null;
    }

    private static void CheckFields(LocatedJson item, string[] known, string place, List<(int Line, string Text)> problems)
    {
        foreach (var (name, line, _) in item.Members.Where(member => !known.Contains(member.Name)))
        {
            problems.Add((line, $"{place} has the unknown field '{name}'.{NearestName.Hint(name, known)} Known: {NearestName.Quoted(known)}."));
        }

        foreach (var group in item.Members.GroupBy(member => member.Name).Where(group => group.Count() > 1))
        {
            problems.Add((group.ElementAt(1).Line, $"{place} has the field '{group.Key}' {group.Count()} times. Keep one."));
        }
    }
}
