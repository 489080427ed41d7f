using Bench.Fixtures.Redaction;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Dispatches;

/// <summary>The prompt that stays in the folder of a job that is over: redacted, whether or not a worker has read it.</summary>
internal static class KeptPrompt
{
    /// <summary>Redacts the prompt in its place, by the rules and by the secrets of an environment.</summary>
    public static void Redact(DispatchInstance instance, DispatchJob job, IReadOnlyDictionary<string, string> environment)
    {
        try
        {
            var text = File.ReadAllText(instance.Prompt);
            var redacted = RedactorOf(job, environment).Redact(text);
            if (!ReferenceEquals(text, redacted))
            {
                File.WriteAllText(instance.Prompt, redacted);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The outcome is written beside it next, and says so.
        }
    }

    // A secret that is too short for the redactor must not keep a job from being closed.
    private static Redactor RedactorOf(DispatchJob job, IReadOnlyDictionary<string, string> environment) => new(
        EnvironmentSecrets.FindWith(environment, job.KeyVariable is { } key ? [key] : [])
            .Where(secret => secret.Value.Trim().Length >= Redactor.MinSecretLength)
            .Select(secret => new KnownSecret(secret.Name, secret.Value)));
}
