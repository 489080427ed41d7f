using Bench.Fixtures.Prompts;
using Microsoft.Build.Framework;

namespace Bench.TestLogger;

/// <summary>An MSBuild task that refuses properties of the command line which look like Bench's and are none: MSBuild itself takes every name.</summary>
public sealed class CheckProperties : ITask
{
    private const string Prefix = "Bench";

    /// <summary>The settings, whose properties have their names without separators behind <c>Bench</c>.</summary>
    [Required]
    public ITaskItem[] Settings { get; set; } = [];

    /// <summary>Further properties, by their whole names.</summary>
    public ITaskItem[] Others { get; set; } = [];

    /// <inheritdoc />
    public IBuildEngine? BuildEngine { get; set; }

    /// <inheritdoc />
    public ITaskHost? HostObject { get; set; }

    /// <inheritdoc />
    public bool Execute()
    {
        if (BuildEngine is not IBuildEngine6 engine)
        {
            return true;
        }

        var known = Settings.Select(setting => Prefix + setting.ItemSpec.Replace("__", "", StringComparison.Ordinal)).Concat(Others.Select(other => other.ItemSpec));
        var problems = Problems(engine.GetGlobalProperties().Keys, [.. known]);
        foreach (var problem in problems)
        {
            engine.LogErrorEvent(new BuildErrorEventArgs(null, "BENCH004", engine.ProjectFileOfTaskNode, 0, 0, 0, 0, problem, null, nameof(CheckProperties)));
        }

        return problems.Count == 0;
    }

    /// <summary>What is wrong with properties; those of other names than Bench's are nobody's business here.</summary>
    internal static IReadOnlyList<string> Problems(IEnumerable<string> given, IReadOnlyList<string> known) =>
    [
        .. from name in given.Order(StringComparer.Ordinal)
           where LooksLikeOurs(name) && !known.Contains(name, StringComparer.OrdinalIgnoreCase)
           let nearest = NearestName.Of(name, known)
           where nearest is not null || char.IsUpper(name[Prefix.Length])
           select $"-p:{name} is no property of Bench.{(nearest is null ? $" Known: {NearestName.Quoted(known.Order(StringComparer.Ordinal))}." : $" Did you mean '{nearest}'?")} Correct it or leave it out; a property of your own is named by <BenchKnownProperty Include=\"{name}\" /> in the project.",
    ];

    // Not 'BenchmarkXxx' or the like, unless it is a slip of the pen.
    private static bool LooksLikeOurs(string name) => name.Length > Prefix.Length && name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);
}
