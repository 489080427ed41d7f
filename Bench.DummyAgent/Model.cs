using System.Net.Http.Headers;
using System.Text;

namespace Bench.DummyAgent;

/// <summary>The model behind the agent, as Claude Code is told of it: <c>ANTHROPIC_BASE_URL</c>, <c>ANTHROPIC_AUTH_TOKEN</c>, <c>ANTHROPIC_MODEL</c>.</summary>
internal static class Model
{
    /// <summary>Sends standard input as the user's only message and reads the answer to its end.</summary>
    public static void Ask()
    {
        using var stdin = new StreamReader(Console.OpenStandardInput());
        var body = $$"""{"model":{{Json.Quote(Variable("MODEL"))}},"max_tokens":1000,"messages":[{"role":"user","content":{{Json.Quote(stdin.ReadToEnd())}}}]}""";
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, Variable("BASE_URL") + "/v1/messages");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Variable("AUTH_TOKEN"));
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = client.Send(request);
        using var answer = response.Content.ReadAsStream();
        answer.CopyTo(Stream.Null);
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable("ANTHROPIC_" + name) ?? "";
}
