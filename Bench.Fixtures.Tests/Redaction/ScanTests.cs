using Bench.Fixtures.Redaction;
using Bench.Fixtures.Tests.Processes;

namespace Bench.Fixtures.Tests.Redaction;

public sealed class ScanTests
{
    private readonly Redactor redactor = new([new KnownSecret("K", "known-secret-value")]);

    [Fact]
    public void A_scan_names_file_line_and_rule_of_every_secret_and_never_the_secret()
    {
        using var folder = new TestFolder();
        var jwt = RuleExamples.True("jwt")[0].Secrets[0];
        folder.Write("raw/b.log", $"one\ntwo known-secret-value\n\nfour {jwt} and known-secret-value");
        folder.Write("a.txt", new string('\n', 70_000) + "known-secret-value");
        folder.Write("clean.json", "{}");
        folder.Write("empty.json", "");

        var scan = redactor.ScanFolder(folder.Path, TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                new RedactionFinding("a.txt", 70_001, "known-secret"),
                new RedactionFinding("raw/b.log", 2, "known-secret"),
                new RedactionFinding("raw/b.log", 4, "jwt"),
                new RedactionFinding("raw/b.log", 4, "known-secret"),
            ],
            scan.Findings);
        Assert.Equal(4, scan.Files);
        Assert.False(scan.IsClean);
        Assert.DoesNotContain("known-secret-value", string.Join('\n', scan.Findings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_redacted_text_is_clean()
    {
        using var folder = new TestFolder();
        var text = string.Join('\n', RuleExamples.AllSecretTexts()) + "\nknown-secret-value";
        folder.Write("all.log", redactor.Redact(text));

        var scan = redactor.ScanFolder(folder.Path, TestContext.Current.CancellationToken);

        Assert.True(scan.IsClean);
        Assert.Equal(1, scan.Files);
        Assert.Equal(new FileInfo(folder.At("all.log")).Length, scan.Bytes);
    }

    [Fact]
    public void An_expired_secret_is_no_finding_where_it_stands_alone()
    {
        using var folder = new TestFolder();
        const string expired = "dead-token-of-the-run-0123456789";
        var both = redactor.With(new KnownSecret("T", expired));
        folder.Write("a.json", $"{{\"apiKey\": \"{expired}\"}}\nAuthorization: Bearer {expired}\n");
        folder.Write("b.txt", $"{expired}known-secret-value\nknown-secret-value");

        var scan = both.ScanFolder(folder.Path, [expired], TestContext.Current.CancellationToken);

        Assert.Equal(["b.txt:1", "b.txt:2"], scan.Findings.Select(f => FormattableString.Invariant($"{f.File}:{f.Line}")));
        Assert.Equal(["a.json:1", "a.json:2"], both.ScanFolder(folder.Path, TestContext.Current.CancellationToken).Findings.Select(f => FormattableString.Invariant($"{f.File}:{f.Line}")).Distinct().Take(2));
    }

    [Fact]
    public void A_secret_in_a_files_name_is_found_and_not_shown()
    {
        using var folder = new TestFolder();
        folder.Write("sub/x-known-secret-value.txt", "clean");

        var scan = redactor.ScanFolder(folder.Path, TestContext.Current.CancellationToken);

        Assert.Equal([new RedactionFinding("sub/x-[REDACTED:known-secret].txt", 0, "known-secret")], scan.Findings);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Links_and_pipes_are_not_opened()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs links and pipes");
        using var folder = new TestFolder();
        using var outside = new TestFolder();
        outside.Write("secret.txt", "known-secret-value");
        Directory.CreateSymbolicLink(folder.At("link"), outside.Path);
        File.CreateSymbolicLink(folder.At("file"), outside.At("secret.txt"));
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", folder.At("pipe")))
        {
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var scan = redactor.ScanFolder(folder.Path, TestContext.Current.CancellationToken);

        Assert.True(scan.IsClean);
    }

    [Fact]
    public void A_file_that_cannot_be_read_makes_the_scan_unclean()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a locked-out file");
        using var folder = new TestFolder();
        var path = folder.Write("held.log", "known-secret-value");
        using var holder = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        var scan = redactor.ScanFolder(folder.Path, TestContext.Current.CancellationToken);

        Assert.Equal([new UnsearchedFile("held.log", "reading it failed")], scan.Unsearched);
        Assert.False(scan.IsClean);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task What_cannot_be_searched_is_named_for_what_it_is_and_the_rest_is_searched()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs names of bytes.");
        using var folder = new TestFolder();
        folder.Write("last.txt", "known-secret-value");
        var make = $"""
            cd '{folder.Path}' && truncate -s 200G sparse && printf known-secret-value | dd of=sparse bs=1 seek=100G conv=notrunc status=none &&
            printf x > "$(printf 'bad\377name')" && mkdir "$(printf 'worse\377name')" &&
            for i in $(seq 25); do d=$(printf '%0200d' 0); mkdir $d && cd -P $d || exit 1; done && printf x > deep
            """;
        var (made, _) = await Commands.RunAsync(Commands.Shell(make), TestContext.Current.CancellationToken);
        Assert.Equal(0, made.ExitCode);

        try
        {
            var scan = redactor.ScanFolder(folder.Path, TestContext.Current.CancellationToken);

            Assert.Equal(["last.txt", "sparse"], scan.Findings.Select(finding => finding.File));
            Assert.Equal(
                [("its name is not UTF-8", 2), ("its path is longer than the system takes", 1)],
                scan.Unsearched.GroupBy(file => file.Why).Select(group => (group.Key, group.Count())).Order());
        }
        finally
        {
            await Commands.RunAsync(Commands.Shell($"rm -rf '{folder.Path}'/*"), TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_an_error()
    {
        using var folder = new TestFolder();

        Assert.Throws<DirectoryNotFoundException>(() => redactor.ScanFolder(folder.At("nowhere"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_cancelled_scan_stops()
    {
        using var folder = new TestFolder();
        folder.Write("a.txt", "text");

        Assert.Throws<OperationCanceledException>(() => redactor.ScanFolder(folder.Path, new CancellationToken(canceled: true)));
    }
}
