using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Bench.Fixtures.Agents;

/// <summary>
/// Version and hash of program files, each found once as long as path, size and time of last change stay the same:
/// the programs have hundreds of megabytes.
/// </summary>
/// <param name="searchPath">PATH of the programs that are asked for their version.</param>
/// <param name="versionLimit">How long a program may take to print its version; a node program needs two seconds of an idle machine.</param>
internal sealed partial class AgentLocatorFacts(string searchPath, TimeSpan versionLimit)
{
    private const int BufferBytes = 1024 * 1024;

    private readonly ConcurrentDictionary<FileStamp, Lazy<Task<string>>> hashes = new();
    private readonly ConcurrentDictionary<FileStamp, Lazy<Task<VersionAnswer>>> versions = new();

    /// <summary>SHA-256 of the file, lower-case hexadecimal.</summary>
    public Task<string> HashAsync(string path, CancellationToken cancellationToken) =>
        OnceAsync(hashes, StampOf(path), () => Task.Run(() => Hash(path, cancellationToken), cancellationToken), _ => true);

    /// <summary>What the program prints as its version.</summary>
    /// <param name="program">The file that makes the version: the script, where an interpreter runs one.</param>
    /// <param name="fileName">The file that is started.</param>
    /// <param name="arguments">Arguments before <c>--version</c>.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    public Task<VersionAnswer> VersionAsync(string program, string fileName, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        OnceAsync(versions, StampOf(program), () => AskAsync(fileName, arguments, cancellationToken), answer => answer.Version is not null);

    // A cancelled or failed search is no fact.
    private static async Task<TFact> OnceAsync<TFact>(
        ConcurrentDictionary<FileStamp, Lazy<Task<TFact>>> facts, FileStamp stamp, Func<Task<TFact>> find, Func<TFact, bool> isWorthKeeping)
    {
        var fact = facts.GetOrAdd(stamp, _ => new(find));
        var keep = false;
        try
        {
            var found = await fact.Value;
            keep = isWorthKeeping(found);
            return found;
        }
        finally
        {
            if (!keep)
            {
                facts.TryRemove(KeyValuePair.Create(stamp, fact));
            }
        }
    }

    private static FileStamp StampOf(string path)
    {
        var file = new FileInfo(path);
        return new(path, file.Length, file.LastWriteTimeUtc);
    }

    private static string Hash(string path, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (var read = file.Read(buffer); read > 0; read = file.Read(buffer))
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private async Task<VersionAnswer> AskAsync(string fileName, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var home = Directory.CreateTempSubdirectory("bench-version-").FullName;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(versionLimit);
        try
        {
            return await RunWhenClosedAsync(StartInfo(fileName, arguments, home), limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(null, FormattableString.Invariant($"printed no version within {versionLimit.TotalSeconds} s"));
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return new(null, $"cannot be started: {e.Message}");
        }
        finally
        {
            DeleteQuietly(home);
        }
    }

    // While an installer, or a child that is just being started, still has the file open for writing, the kernel refuses to start it.
    private static async Task<VersionAnswer> RunWhenClosedAsync(ProcessStartInfo startInfo, CancellationToken cancellationToken)
    {
        const int TextFileBusy = 26;
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await RunAsync(startInfo, cancellationToken);
            }
            catch (System.ComponentModel.Win32Exception e) when (e.NativeErrorCode == TextFileBusy && tries < 10)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
        }
    }

    private static async Task<VersionAnswer> RunAsync(ProcessStartInfo startInfo, CancellationToken cancellationToken)
    {
        using var process = Process.Start(startInfo)!;
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return Read(await output, await errors, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static VersionAnswer Read(string output, string errors, int exitCode)
    {
        var match = VersionRegex().Match(output);
        if (exitCode == 0 && match.Success)
        {
            return new(match.Value, null);
        }

        var said = (errors.Length > 0 ? errors : output).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        var quote = said is null ? "" : $": '{said[..Math.Min(said.Length, 200)]}'";
        return new(null, FormattableString.Invariant($"printed no version and ended with exit code {exitCode}{quote}"));
    }

    // Nothing of the user reaches the program, and nothing of the program reaches the user.
    private ProcessStartInfo StartInfo(string fileName, IReadOnlyList<string> arguments, string home)
    {
        var startInfo = new ProcessStartInfo(fileName, [.. arguments, "--version"])
        {
            WorkingDirectory = home,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        startInfo.Environment.Clear();
        startInfo.Environment["PATH"] = searchPath;
        startInfo.Environment["LANG"] = "C.UTF-8";
        startInfo.Environment["DISABLE_AUTOUPDATER"] = "1";
        startInfo.Environment["GEMINI_CLI_NO_RELAUNCH"] = "true";
        startInfo.Environment["OPENCODE_DISABLE_AUTOUPDATE"] = "1";
        startInfo.Environment["OPENCODE_DISABLE_MODELS_FETCH"] = "1";
        foreach (var name in (string[])["HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"])
        {
            startInfo.Environment[name] = home;
        }

        return startInfo;
    }

    private static void DeleteQuietly(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // A killed program may still be writing; the folder is a temporary one.
        }
    }

    [GeneratedRegex(@"(?<![\d.])\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?", RegexOptions.CultureInvariant)]
    private static partial Regex VersionRegex();

    /// <summary>A file as it was at a moment.</summary>
    private sealed record FileStamp(string Path, long Bytes, DateTime ChangedAt);

    /// <summary>A version, or why there is none.</summary>
    internal sealed record VersionAnswer(string? Version, string? Problem);
}
