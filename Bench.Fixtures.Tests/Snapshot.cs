using System.Runtime.CompilerServices;
using System.Text;

namespace Bench.Fixtures.Tests;

/// <summary>
/// Compares a text with <c>&lt;file&gt;.&lt;test&gt;[.suffix].verified.txt</c> beside the test's source.
/// On a difference the text is written beside it as <c>.received.txt</c>; <c>BENCH_ACCEPT=1</c> accepts it.
/// </summary>
public static class Snapshot
{
    /// <summary>Fails when <paramref name="actual"/> differs from the verified text.</summary>
    public static void Match(string actual, string? suffix = null, [CallerFilePath] string file = "", [CallerMemberName] string member = "")
    {
        var text = actual.ReplaceLineEndings("\n").TrimEnd() + "\n";
        var name = Path.GetFileNameWithoutExtension(file) + "." + member + (suffix is null ? "" : "." + suffix);
        var stem = Path.Combine(Path.GetDirectoryName(file)!, name);
        var verified = stem + ".verified.txt";
        var received = stem + ".received.txt";
        if (File.Exists(verified) && File.ReadAllText(verified) == text)
        {
            File.Delete(received);
            return;
        }

        if (Environment.GetEnvironmentVariable("BENCH_ACCEPT") == "1")
        {
            File.WriteAllText(verified, text, new UTF8Encoding(false));
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, text, new UTF8Encoding(false));
        Assert.Equal(File.Exists(verified) ? File.ReadAllText(verified) : $"(no {Path.GetFileName(verified)}; BENCH_ACCEPT=1 accepts)\n", text);
    }
}
