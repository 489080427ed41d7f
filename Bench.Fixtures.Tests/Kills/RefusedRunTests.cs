using System.Runtime.Versioning;
using Bench.Fixtures.Processes;

namespace Bench.Fixtures.Tests.Kills;

/// <summary>What is wrong with settings, files or the filter is one row under <c>dotnet test</c>, whenever it is found, and nothing runs.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RefusedRunTests
{
    private const int LimitMs = 180_000;

    public RefusedRunTests() => Assert.SkipUnless(LinuxSupport.IsAvailable, "Needs Linux.");

    [Theory(Timeout = LimitMs)]
    [InlineData(null, "PricesFile", "{ broken", "prices")]
    [InlineData(null, "Parallel", "many", "Parallel is 'many'")]
    [InlineData("Workflow!=cc_glm_headles", null, null, "Did you mean 'cc_glm_headless'?")]
    [InlineData("Worklow!~x", null, null, "Did you mean 'Workflow'?")]
    [InlineData("DisplayName~latncy", null, null, "Did you mean 'latency'?")]
    public async Task It_is_the_row_of_settings(string? filter, string? key, string? value, string problem)
    {
        using var lab = new KillLab();
        var given = key == "PricesFile" ? lab.Write("prices.json", value!) : value;
        (string, string)[] settings = [("Profile", "dry-run"), ("OutputDir", lab.At("runs")), .. key is null ? [] : new[] { (key, given!) }];

        lab.StartDotnetTest(filter is null ? [] : ["--filter", filter], settings);
        var exitCode = await lab.EndAsync();

        Assert.Equal(1, exitCode);
        var row = Assert.Single(lab.Rows());
        Assert.StartsWith("bench settings", row.Name, StringComparison.Ordinal);
        Assert.Contains(problem, row.Message, StringComparison.Ordinal);
        Assert.Null(lab.Run);
        Assert.Contains("Bench: no run was opened and no job was executed:\nbench settings", lab.Output, StringComparison.Ordinal);
    }
}
