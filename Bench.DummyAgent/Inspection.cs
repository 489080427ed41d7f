using System.Collections;
using System.Globalization;

namespace Bench.DummyAgent;

/// <summary>What the process sees of itself.</summary>
internal static class Inspection
{
    /// <summary><c>{"environment":{…},"descriptors":{"0":"/dev/null",…},"directory":"…","pid":"…"}</c>; descriptors on Linux only, those of .NET itself included.</summary>
    public static string Json() =>
        $"{{\"environment\":{DummyAgent.Json.Object(Variables())},\"descriptors\":{DummyAgent.Json.Object(Descriptors())},"
        + $"\"directory\":{DummyAgent.Json.Quote(Environment.CurrentDirectory)},\"pid\":{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}}}";

    private static IEnumerable<KeyValuePair<string, string>> Variables() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => KeyValuePair.Create((string)entry.Key, (string)entry.Value!));

    private static KeyValuePair<string, string>[] Descriptors() =>
        !Directory.Exists("/proc/self/fd")
            ? []
            : [.. Directory.GetFileSystemEntries("/proc/self/fd").Select(path => KeyValuePair.Create(Path.GetFileName(path), new FileInfo(path).LinkTarget ?? ""))];
}
