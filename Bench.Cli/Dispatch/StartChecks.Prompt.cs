using System.Text;
using System.Text.RegularExpressions;
using Bench.Fixtures.Dispatches;
using Bench.Fixtures.Prompts;
using Bench.Fixtures.Redaction;
using Bench.Fixtures.Settings;

namespace Bench.Cli.Dispatch;

// The job's id, and its prompt.
internal sealed partial class StartChecks
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private void CheckId()
    {
        if (!DispatchFolder.IsId(request.Beads))
        {
            usage.Add($"--beads is '{request.Beads}', but must be at most 100 letters, digits, '.', '_' and '-' without a leading dot: a folder gets that name.");
        }
    }

    private byte[] ReadPrompt()
    {
        try
        {
            var bytes = File.ReadAllBytes(request.PromptFile);
            if (string.IsNullOrWhiteSpace(StrictUtf8.GetString(bytes)))
            {
                usage.Add($"The prompt file '{request.PromptFile}' is empty. Write the prompt into it.");
            }

            return bytes;
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            usage.Add($"The prompt file '{request.PromptFile}' does not exist. Name an existing file by --prompt-file.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            usage.Add($"The prompt file '{request.PromptFile}' cannot be read: {problem.Message} Make it readable.");
        }
        catch (DecoderFallbackException)
        {
            usage.Add($"The prompt file '{request.PromptFile}' is no UTF-8 text. Save it as UTF-8.");
        }

        return [];
    }

    private string CheckPromptId()
    {
        var name = request.PromptId ?? Path.GetFileNameWithoutExtension(request.PromptFile);
        var id = request.PromptId ?? string.Join('_', new string([.. name.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_')]).Split('_', StringSplitOptions.RemoveEmptyEntries));
        if (!PromptSetReader.IsId(id))
        {
            usage.Add(request.PromptId is null
                ? $"The name of the prompt file '{request.PromptFile}' gives no prompt id. Name one by --prompt-id: lower-case letters, digits and underscores between them."
                : $"--prompt-id is '{id}', but must be lower-case letters, digits and underscores between them, at most 100 characters.");
        }

        return id;
    }

    // What the job keeps on disk would hold them.
    private void CheckSecrets(BenchSettings settings, byte[] prompt)
    {
        var secrets = EnvironmentSecrets.Find(host.Environment, settings);
        var text = Encoding.UTF8.GetString(prompt);
        var redacted = new Redactor([]).Redact(text);
        if (redacted != text)
        {
            var rules = Marker().Matches(redacted).Select(match => $"'{match.Groups[1].Value}'").Distinct().Order(StringComparer.Ordinal);
            usage.Add($"The prompt file '{request.PromptFile}' holds what looks like a secret (rule {string.Join(", ", rules)}). Take it out: it would reach the model.");
        }

        foreach (var (name, value) in secrets)
        {
            if (text.Contains(value, StringComparison.Ordinal))
            {
                usage.Add($"The prompt file '{request.PromptFile}' holds the value of the environment variable {name}. Take it out: it would reach the model.");
            }

            usage.AddRange(settings.Sources.Where(source => source.Value.Contains(value, StringComparison.Ordinal))
                .Select(source => $"{source.Key} ({source.Source}) holds the value of the environment variable {name}, and the job keeps its settings on disk. Keys are never settings."));
        }
    }

    [GeneratedRegex(@"\[REDACTED:([a-z-]+)\]")]
    private static partial Regex Marker();
}
