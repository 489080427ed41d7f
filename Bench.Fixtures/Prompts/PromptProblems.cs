namespace Bench.Fixtures.Prompts;

/// <summary>Collects the faults of one prompt file, so that all are named at once.</summary>
internal sealed class PromptProblems(string path)
{
    private readonly List<(int Line, string Text)> problems = [];

    /// <summary>Adds a fault: what is wrong, and what to do.</summary>
    public void Add(int line, string problem) => problems.Add((line, problem));

    /// <summary>Adds a fault for each member of the object that is unknown or stands there twice.</summary>
    public void CheckFields(LocatedJson item, IReadOnlyList<string> known, string place)
    {
        foreach (var (name, line, _) in item.Members.Where(member => !known.Contains(member.Name)))
        {
            Add(line, $"{place} has the unknown field '{name}'.{NearestName.Hint(name, known)} Known: {NearestName.Quoted(known)}.");
        }

        foreach (var group in item.Members.GroupBy(member => member.Name).Where(group => group.Count() > 1))
        {
            Add(group.ElementAt(1).Line, $"{place} has the field '{group.Key}' {group.Count()} times. Keep one.");
        }
    }

    /// <summary>Throws when there is any fault, naming all in the order of their lines.</summary>
    public void ThrowIfAny()
    {
        if (problems.Count == 0)
        {
            return;
        }

        throw new BenchUsageException([.. problems
            .OrderBy(problem => problem.Line)
            .Select(problem => FormattableString.Invariant($"The prompt file '{path}', line {problem.Line}: {problem.Text}"))]);
    }
}
