using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Bench.Fixtures.Failures;

namespace Bench.Fixtures.Tests.Runs;

public sealed class UsageErrorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void All_bad_settings_are_named_at_once()
    {
        using var lab = new RunLab { Settings = { ["Parallel"] = "0", ["Workflows"] = "opencode_run_headles", ["Trials"] = "-1" } };

        var problem = Assert.Throws<BenchUsageException>(lab.Inputs);

        Assert.Contains(problem.Problems, p => p.Contains("Parallel", StringComparison.Ordinal) && p.Contains("'0'", StringComparison.Ordinal));
        Assert.Contains(problem.Problems, p => p.Contains("Did you mean 'opencode_run_headless'?", StringComparison.Ordinal));
        Assert.Contains(problem.Problems, p => p.Contains("Trials", StringComparison.Ordinal));
    }

    [Fact]
    public void A_missing_prompt_file_is_named()
    {
        using var lab = new RunLab();
        lab.Settings["PromptsFile"] = lab.At("nowhere.json");

        var problem = Assert.Throws<BenchUsageException>(lab.Inputs);

        Assert.Contains(lab.At("nowhere.json"), problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prompts_without_an_id_and_with_one_that_is_taken_are_named_together()
    {
        using var lab = new RunLab();
        lab.Settings["PromptsFile"] = lab.Write("p.json", """
            { "version": 1, "name": "n", "prompts": [
              { "category": "c", "title": "t", "prompt": "p" },
              { "id": "twice_1", "category": "c", "title": "t", "prompt": "p" },
              { "id": "twice_1", "category": "c", "title": "t", "prompt": "p" } ] }
            """);

        var problem = Assert.Throws<BenchUsageException>(lab.Inputs);

        Assert.Equal(2, problem.Problems.Count);
        Assert.Contains("twice_1", problem.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_existing_run_id_is_refused_and_its_folder_left_as_it_was()
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run", ["RunId"] = "taken" } };
        await lab.RunAsync(Token);
        var before = File.ReadAllBytes(lab.RunFolder.Manifest);

        var problem = await Assert.ThrowsAsync<BenchUsageException>(() => lab.RunAsync(Token));

        Assert.Contains("'taken'", problem.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(lab.RunFolder.Manifest));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task An_output_folder_that_cannot_be_written_is_named()
    {
        using var lab = new RunLab { Settings = { ["Profile"] = "dry-run" } };
        lab.Settings["OutputDir"] = Path.Combine(lab.Write("file", ""), "below");

        var problem = await Assert.ThrowsAsync<BenchUsageException>(() => lab.RunAsync(Token));

        Assert.Contains(lab.Settings["OutputDir"], problem.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task A_port_in_use_is_named_and_no_run_folder_is_made()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        using var lab = new RunLab { Settings = { ["Gateway:Port"] = port, ["Workflows"] = "cc_glm_headless" } };

        var problem = await Assert.ThrowsAsync<BenchUsageException>(() => lab.RunAsync(Token));

        Assert.Contains(port, problem.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(lab.OutputDir));
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Chosen_prompts_alone_need_a_scripted_answer()
    {
        using var lab = new RunLab { Settings = { ["Workflows"] = "cc_glm_headless", ["Prompts"] = "two_1" } };
        lab.Settings["PromptsFile"] = lab.Write("p.json", """
            { "version": 1, "name": "n", "prompts": [
              { "id": "one_1", "category": "c", "title": "t", "prompt": "p" },
              { "id": "two_1", "category": "c", "title": "t", "prompt": "p" } ] }
            """);

        var problem = await Assert.ThrowsAsync<BenchUsageException>(() => lab.RunAsync(Token));

        Assert.Contains("two_1", Assert.Single(problem.Problems), StringComparison.Ordinal);
    }

    [Fact(Timeout = TestFolder.TimeoutMs)]
    public async Task Prompts_without_a_scripted_answer_are_named_before_anything_starts()
    {
        using var lab = new RunLab { Settings = { ["Workflows"] = "cc_glm_headless" } };
        lab.Settings["PromptsFile"] = lab.Write("p.json", """
            { "version": 1, "name": "n", "prompts": [
              { "id": "one_1", "category": "c", "title": "t", "prompt": "p" },
              { "id": "two_1", "category": "c", "title": "t", "prompt": "p" } ] }
            """);

        var problem = await Assert.ThrowsAsync<BenchUsageException>(() => lab.RunAsync(Token));

        Assert.Contains("one_1", problem.Message, StringComparison.Ordinal);
        Assert.Contains("two_1", problem.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(lab.OutputDir));
    }
}
