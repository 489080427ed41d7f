using System.Text.Json;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Gateway.Scripting;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Gateway;

/// <summary>Reads scripted answers: one <c>&lt;prompt_id&gt;.json</c> per prompt. See docs/formats/scripted-answer.md.</summary>
public static class ScriptedAnswers
{
    /// <summary>The answers to the prompts, by prompt id.</summary>
    /// <param name="directory">The folder of the files.</param>
    /// <param name="promptIds">Which answers to read.</param>
    /// <exception cref="BenchUsageException">Files are missing or wrong; names all problems of all files.</exception>
    public static IReadOnlyDictionary<string, ScriptedAnswer> Load(string directory, IEnumerable<string> promptIds)
    {
        var problems = new List<string>();
        var answers = new Dictionary<string, ScriptedAnswer>(StringComparer.Ordinal);
        foreach (var promptId in promptIds.Distinct(StringComparer.Ordinal))
        {
            if (LoadOne(PathOf(directory, promptId), promptId, problems) is { } answer)
            {
                answers[promptId] = answer;
            }
        }

        return problems.Count == 0 ? answers : throw new BenchUsageException(problems);
    }

    /// <summary>Where the answer to a prompt is.</summary>
    public static string PathOf(string directory, string promptId) => Path.Combine(directory, promptId + ".json");

    private static ScriptedAnswer? LoadOne(string path, string promptId, List<string> problems)
    {
        try
        {
            using var document = OutsideJson.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { AllowDuplicateProperties = false });
            return new ScriptedAnswerReader(path, problems).Read(document.RootElement, promptId);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            problems.Add($"The scripted answer of prompt '{promptId}' is missing: there is no file '{path}'. Write it (docs/formats/scripted-answer.md), or name another folder with Gateway:ScriptedDir.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add($"The scripted answer '{path}' cannot be read: {exception.Message} Make the file readable.");
        }
        catch (JsonException exception)
        {
            problems.Add($"The scripted answer '{path}' is not JSON: {exception.Message.TrimEnd('.')}. Correct the file.");
        }

        return null;
    }
}
