using System.Xml.Linq;
using Bench.Fixtures.Failures;
using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.House;

public sealed class BuildTargetsTests
{
    [Fact]
    public void Every_setting_of_one_value_has_its_MSBuild_property()
    {
        var targets = XDocument.Load(Path.Combine(TestFolder.RepositoryRoot, "Bench.Fixtures", "build", "Bench.Fixtures.targets"));
        var passed = targets.Descendants("BenchSetting").Where(e => e.Attribute("Include") is not null).ToDictionary(e => e.Attribute("Include")!.Value.Replace("__", ":", StringComparison.Ordinal), e => e.Attribute("Value")!.Value);

        var expected = SettingsCatalog.All.ToDictionary(s => s.Key, s => $"$({s.MsBuildProperty})");

        Assert.Equal(expected.OrderBy(p => p.Key, StringComparer.Ordinal), passed.OrderBy(p => p.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_failure_reason_has_an_advice()
    {
        var reasons = typeof(FailureReasons).GetFields().Select(field => (string)field.GetRawConstantValue()!);

        Assert.Empty(reasons.Except(FailureAdvice.Reasons));
    }
}
