using System.Net.Http.Headers;
using System.Text;
using Bench.Fixtures.Agents;
using Bench.Fixtures.Agents.ClaudeCode;
using Bench.Fixtures.Processes;
using Bench.Fixtures.Settings;
using Bench.Fixtures.Tests.Gateway;

namespace Bench.Fixtures.Tests.Workflows;

/// <summary>
/// An agent that does the dummy executable's steps and speaks Claude Code's language. It asks its model before it starts, since the executable
/// cannot; a test may keep that request open meanwhile.
/// </summary>
internal sealed class FakeAgent(params string[] steps) : IHeadlessAgent, IAgentReader
{
    private readonly ClaudeStreamReader reader = new();
    private readonly TaskCompletionSource firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static AgentBinary Binary { get; } =
        new() { Kind = AgentKind.ClaudeCode, Path = DummyAgent.Path, FoundIn = "settings", Version = "1", Sha256 = "" };

    /// <summary>Asks the model, unless a test says otherwise.</summary>
    public bool AsksModel { get; init; } = true;

    /// <summary>Reads the answer to its end before the executable starts; else while it runs.</summary>
    public bool ReadsAnswerFirst { get; init; } = true;

    /// <summary>Completes with the first line on standard output.</summary>
    public Task FirstLine => firstLine.Task;

    public Task Ended => reader.Ended;

    public ProcessSpec Prepare(AgentTask task)
    {
        if (AsksModel)
        {
            AskModel(task);
        }

        return DummyAgent.Spec(steps) with
        {
            FileName = task.Binary.Path,
            WorkingDirectory = task.Directories.Work,
            Environment = new Dictionary<string, string>([.. DummyAgent.Environment, .. task.Marks]),
        };
    }

    public IAgentReader CreateReader() => this;

    public void OnLine(in OutputLine line)
    {
        reader.OnLine(line);
        if (line.Channel == OutputChannel.Stdout)
        {
            firstLine.TrySetResult();
        }
    }

    public AgentReading Read() => reader.Read();

    private void AskModel(AgentTask task)
    {
        var client = new HttpClient();
        var request = new HttpRequestMessage(HttpMethod.Post, task.BaseUrl + "/v1/messages");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", task.Token);
        request.Content = new StringContent(GatewayBed.AnthropicBody(stream: true).ToJsonString(), Encoding.UTF8, "application/json");
        var reading = ReadAsync(client, client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, CancellationToken.None));
        if (ReadsAnswerFirst)
        {
            reading.GetAwaiter().GetResult();
        }
    }

    // A pending read keeps the connection: one that nobody holds is closed by the garbage collector, and the model's answer ends with it.
    private static async Task ReadAsync(HttpClient client, Task<HttpResponseMessage> asking)
    {
        using (client)
        {
            try
            {
                using var response = await asking.ConfigureAwait(false);
                await response.Content.CopyToAsync(Stream.Null, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception ended) when (ended is HttpRequestException or IOException)
            {
                // The attempt was over before the answer was.
            }
        }
    }
}
