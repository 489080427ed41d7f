using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Agents;

/// <summary>
/// Finds the agents' programs: where a setting says, else in the pinned <c>node_modules</c>, else on PATH. Native binaries are preferred to the
/// scripts that wrap them. Thread-safe; versions and hashes are found once per file.
/// </summary>
public sealed class AgentLocator
{
    private const string NeedsNodeText = "needs node, and PATH has no 'node'";

    private readonly AgentSettings settings;
    private readonly AgentLocatorPlatform platform;
    private readonly AgentLocatorFacts facts;
    private readonly IReadOnlyList<string> searchFolders;

    /// <summary>Creates a locator.</summary>
    /// <param name="settings">Where to look.</param>
    /// <param name="searchPath">The value of PATH; relative folders in it are not looked at.</param>
    /// <param name="platform">The machine; null is this one.</param>
    public AgentLocator(AgentSettings settings, string? searchPath, AgentLocatorPlatform? platform = null)
        : this(settings, searchPath, platform, TimeSpan.FromSeconds(60))
    {
    }

    internal AgentLocator(AgentSettings settings, string? searchPath, AgentLocatorPlatform? platform, TimeSpan versionLimit)
    {
        this.settings = settings;
        this.platform = platform ?? AgentLocatorPlatform.Current;
        facts = new(searchPath ?? "", versionLimit);
        searchFolders = [.. (searchPath ?? "").Split(Path.PathSeparator).Where(Path.IsPathFullyQualified)];
    }

    /// <summary>Finds an agent, its version and its hash. Called again, it looks again.</summary>
    public async Task<AgentLocation> FindAsync(AgentKind kind, CancellationToken cancellationToken)
    {
        var searched = new List<SearchedPlace>();
        var candidate = FindProgram(kind, searched);
        if (candidate is null || Startable(candidate, searched) is not { } command)
        {
            return Missing(kind, searched, isBroken: candidate is not null);
        }

        var hash = facts.HashAsync(candidate.Program, cancellationToken);
        var version = facts.VersionAsync(candidate.Program, command.FileName, command.Arguments, cancellationToken);
        await Task.WhenAll(hash, version);
        if ((await version).Version is not { } number)
        {
            searched.Add(new($"'{candidate.Program}'", (await version).Problem!));
            return Missing(kind, searched, isBroken: true);
        }

        return new()
        {
            Kind = kind,
            Binary = new()
            {
                Kind = kind,
                Path = command.FileName,
                LeadingArguments = command.Arguments,
                FoundIn = candidate.FoundIn,
                Version = number,
                Sha256 = await hash,
                PinnedVersion = PinnedVersions.Of(kind, settings.Dir),
            },
        };
    }

    /// <summary>Finds several agents at once, in the order asked for.</summary>
    public async Task<IReadOnlyList<AgentLocation>> FindAllAsync(IEnumerable<AgentKind> kinds, CancellationToken cancellationToken) =>
        await Task.WhenAll(kinds.Select(kind => FindAsync(kind, cancellationToken)));

    /// <summary>The absolute path of ripgrep, which OpenCode's search tools need: the pinned one, else that on PATH; null when there is none.</summary>
    public string? FindRipgrep()
    {
        var pinned = settings.Dir is null ? [] : AgentLocatorLayout.Ripgrep(platform).Select(file => Path.Combine(settings.Dir, "node_modules", file));
        return pinned.FirstOrDefault(File.Exists) ?? OnPath("rg");
    }

    /// <summary>The absolute path of node on PATH, which runs Gemini; null when there is none.</summary>
    public string? FindNode() => OnPath("node");

    /// <summary>The version of that node, without its <c>v</c>; null when there is none.</summary>
    public async Task<string?> NodeVersionAsync(CancellationToken cancellationToken) =>
        FindNode() is { } node ? (await facts.VersionAsync(node, node, [], cancellationToken)).Version : null;

    private Candidate? FindProgram(AgentKind kind, List<SearchedPlace> searched)
    {
        if (SettingOf(kind) is { } given)
        {
            // A setting that leads nowhere is a mistake; another agent in its place would be a wrong answer.
            if (File.Exists(given))
            {
                return new(given, "settings");
            }

            searched.Add(new($"'{given}' (Agents:{SettingNameOf(kind)})", Directory.Exists(given) ? "is a folder" : "does not exist"));
            return null;
        }

        return FindPinned(kind, searched) ?? FindOnPath(kind, searched);
    }

    private Candidate? FindPinned(AgentKind kind, List<SearchedPlace> searched)
    {
        if (settings.Dir is null)
        {
            searched.Add(new("Agents:Dir", "is not set"));
            return null;
        }

        var modules = Path.Combine(settings.Dir, "node_modules");
        if (InModules(kind, modules) is { } pinned)
        {
            return new(pinned, "agents");
        }

        searched.AddRange(AgentLocatorLayout.ProgramsOf(kind, platform)
            .Where(file => !file.Contains("/node_modules/", StringComparison.Ordinal))
            .Select(file => new SearchedPlace($"'{Path.Combine(modules, file)}'", "does not exist")));
        return null;
    }

    private Candidate? FindOnPath(AgentKind kind, List<SearchedPlace> searched)
    {
        if (!settings.SearchPath)
        {
            searched.Add(new("PATH", "was not looked at (Agents:SearchPath is false)"));
            return null;
        }

        var name = SettingNames.Of(kind);
        if (OnPath(name) is not { } found)
        {
            searched.Add(new("PATH", $"has no '{name}'"));
            return null;
        }

        // npm's links lead into a node_modules folder, where the native binary is.
        var target = File.ResolveLinkTarget(found, returnFinalTarget: true)?.FullName ?? found;
        var native = ModulesAbove(target).Select(modules => InModules(kind, modules)).FirstOrDefault(file => file is not null);
        return new(native ?? target, "path");
    }

    private string? InModules(AgentKind kind, string modules) =>
        AgentLocatorLayout.ProgramsOf(kind, platform).Select(file => Path.Combine(modules, file)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> ModulesAbove(string file)
    {
        for (var folder = Path.GetDirectoryName(file); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Path.GetFileName(folder) == "node_modules")
            {
                yield return folder;
            }
        }
    }

    private string? OnPath(string name) => searchFolders.Select(folder => Path.Combine(folder, name + platform.ExecutableSuffix)).FirstOrDefault(IsExecutable);

    private static bool IsExecutable(string path)
    {
        const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Execute) != 0);
    }

    private Command? Startable(Candidate candidate, List<SearchedPlace> searched)
    {
        if (!NeedsNode(candidate.Program))
        {
            return new(candidate.Program, []);
        }

        if (FindNode() is { } node)
        {
            return new(node, [candidate.Program]);
        }

        searched.Add(new($"'{candidate.Program}'", NeedsNodeText));
        return null;
    }

    private static bool NeedsNode(string program)
    {
        if (Path.GetExtension(program) is ".js" or ".cjs" or ".mjs")
        {
            return true;
        }

        using var file = File.OpenRead(program);
        Span<byte> start = stackalloc byte[128];
        var text = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        var end = text.IndexOf((byte)'\n');
        return text.StartsWith("#!"u8) && end > 0 && text[..end].TrimEnd((byte)'\r').EndsWith("node"u8);
    }

    private AgentLocation Missing(AgentKind kind, IReadOnlyList<SearchedPlace> searched, bool isBroken)
    {
        var setting = $"Agents:{SettingNameOf(kind)} (BENCH__Agents__{SettingNameOf(kind)})";
        var install = settings.Dir is null ? "Install the pinned agents with 'npm ci' in a folder and name it by Agents:Dir" : $"Run 'npm ci' in '{settings.Dir}'";
        var cure = searched.Any(place => place.Outcome == NeedsNodeText) ? "Install Node.js 20 or later and put 'node' on PATH." : SettingOf(kind) is not null ? $"Correct {setting}." : $"{install}, or name the program by {setting}.";
        return new() { Kind = kind, Missing = new() { Kind = kind, IsBroken = isBroken, IsNamed = SettingOf(kind) is not null, Searched = searched, Cure = cure } };
    }

    private string? SettingOf(AgentKind kind) => kind switch
    {
        AgentKind.OpenCode => settings.OpenCode,
        AgentKind.ClaudeCode => settings.Claude,
        _ => settings.Gemini,
    };

    private static string SettingNameOf(AgentKind kind) => kind switch
    {
        AgentKind.OpenCode => "OpenCode",
        AgentKind.ClaudeCode => "Claude",
        _ => "Gemini",
    };

    private sealed record Candidate(string Program, string FoundIn);

    private sealed record Command(string FileName, IReadOnlyList<string> Arguments);
}
