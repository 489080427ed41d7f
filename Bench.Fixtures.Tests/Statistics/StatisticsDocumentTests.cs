using System.Reflection;
using Bench.Fixtures.Statistics;

namespace Bench.Fixtures.Tests.Statistics;

public sealed class StatisticsDocumentTests
{
    [Fact]
    public void The_document_names_every_method()
    {
        var text = File.ReadAllText(Path.Combine(TestFolder.RepositoryRoot, "docs", "statistics.md"));

        var methods = typeof(Percentiles).Assembly.GetExportedTypes()
            .Where(t => t.Namespace == typeof(Percentiles).Namespace && t is { IsAbstract: true, IsSealed: true })
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static).Select(m => $"{t.Name}.{m.Name}")).Distinct();

        Assert.All(methods, method => Assert.Contains($"`{method}`", text, StringComparison.Ordinal));
    }
}
