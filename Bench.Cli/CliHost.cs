using System.Collections;
using Bench.Fixtures.Gates;
using Bench.Fixtures.Processes;
using Spectre.Console;

namespace Bench.Cli;

/// <summary>The world around a command: environment, current folder, clock and console.</summary>
internal sealed record CliHost
{
    /// <summary>The environment variables.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The absolute path that relative paths of arguments start from.</summary>
    public required string CurrentFolder { get; init; }

    /// <summary>The absolute path of this tool's assembly, for what it starts of itself.</summary>
    public string Tool { get; init; } = typeof(CliHost).Assembly.Location;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Standard output.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Standard error.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Opens standard input as bytes; a <see cref="BenchUsageException"/> when it is closed.</summary>
    public Func<Stream> OpenInput { get; init; } = StandardInput.Open;

    /// <summary>Opens standard output as bytes, for what is no text of this program.</summary>
    public Func<Stream> OpenOutput { get; init; } = System.Console.OpenStandardOutput;

    /// <summary>Standard output is a terminal: lines are wrapped to its width, and coloured.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Processes can be started that outlive this one.</summary>
    public bool CanDetach { get; init; } = DetachedProcess.IsSupported;

    private readonly List<IDisposable> held = [];

    /// <summary>Keeps something until the command has ended.</summary>
    public T Hold<T>(T something)
        where T : IDisposable
    {
        held.Add(something);
        return something;
    }

    /// <summary>The command has ended.</summary>
    public void Release()
    {
        held.ForEach(something => something.Dispose());
        held.Clear();
    }

    /// <summary>The process.</summary>
    public static CliHost OfProcess() => new()
    {
        Environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "", StringComparer.Ordinal),
        CurrentFolder = System.Environment.CurrentDirectory,
        Output = new GuardedWriter(System.Console.Out),
        Error = new GuardedWriter(System.Console.Error),
        IsTerminal = !System.Console.IsOutputRedirected,
    };

    /// <summary>Git in a folder, as this program finds it.</summary>
    public GitCli GitIn(string folder) => new(folder, Environment.GetValueOrDefault("PATH"), TimeProvider);

    /// <summary>Standard output as a console that draws tables; without a terminal no line is wrapped and nothing is coloured.</summary>
    public IAnsiConsole Console()
    {
        var console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(Output),
            Ansi = IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = IsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (!IsTerminal)
        {
            const int NeverWrapped = 10_000;
            console.Profile.Width = NeverWrapped;
        }

        return console;
    }
}
