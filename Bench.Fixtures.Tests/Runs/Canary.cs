using System.Text;
using System.Text.Encodings.Web;

namespace Bench.Fixtures.Tests.Runs;

/// <summary>A secret of one test's own, in every spelling in which it could get out, and a search for them that shares no code with the redactor.</summary>
internal sealed class Canary
{
    /// <summary>Has what JSON, URLs and base64 spell in their own ways; no blank and no single quote, so that headers and shells take it.</summary>
    public string Value { get; } = $"Kq\"7/+&=%{Guid.NewGuid():N}~?>Zv";

    public string InUrl => Uri.EscapeDataString(Value);

    public string InJson => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(Value);

    /// <summary>Every spelling, by name.</summary>
    public IReadOnlyList<(string Name, string Text)> Spellings
    {
        get
        {
            var twice = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(InJson);
            List<(string, string)> all = [("plain", Value), ("url", InUrl), ("json", InJson), ("json twice", twice), ("json, all escapes", JavaScriptEncoder.Default.Encode(Value))];
            foreach (var before in new[] { "", "x", "xy" })
            {
                // Without what neighbours have a share in: the first and the last group of four.
                var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(before + Value + "end"))[4..^8];
                all.Add(($"base64 after {before.Length}", base64));
                all.Add(($"base64url after {before.Length}", base64.Replace('+', '-').Replace('/', '_')));
            }

            // The middle alone tells too: no redaction may leave it.
            all.Add(("middle", Value[9..41]));
            return all;
        }
    }

    /// <summary>A shell command that prints the secret in all spellings, on both outputs, and leaves it in a file.</summary>
    public string Command =>
        $"printf '%s' '{Value}' > leak.txt; cat leak.txt; echo; "
        + $"for p in '' x xy; do printf '%s%send' \"$p\" '{Value}' | base64 -w0; echo; printf '%s%send' \"$p\" '{Value}' | base64 -w0 | tr '+/' '-_'; echo; done; "
        + $"echo 'https://api.example/v1?key={InUrl}&x=1'; echo '{{\"note\":\"{InJson}\"}}'; cat leak.txt >&2; true";

    private static string Around(string text, string found)
    {
        var at = text.IndexOf(found, StringComparison.Ordinal);
        return text[Math.Max(0, at - 60)..Math.Min(text.Length, at + found.Length + 30)];
    }

    /// <summary>Where below the folder a spelling stands: <c>file: spelling</c>; file names are searched too.</summary>
    public IReadOnlyList<string> FindIn(string folder)
    {
        var found = new List<string>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
        {
            var text = Path.GetFileName(file) + "\n" + Encoding.Latin1.GetString(File.ReadAllBytes(file));
            found.AddRange(Spellings.Where(s => text.Contains(s.Text, StringComparison.Ordinal)).Select(s => $"{Path.GetRelativePath(folder, file)}: {s.Name} in '{Around(text, s.Text)}'"));
        }

        return found;
    }
}
