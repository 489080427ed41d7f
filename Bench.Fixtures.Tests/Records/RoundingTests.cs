using System.Globalization;
using Bench.Fixtures.Records;
using Bench.Fixtures.Summaries;

namespace Bench.Fixtures.Tests.Records;

public sealed class RoundingTests
{
    [Theory]
    [InlineData(0.285, 2, 0.29)]
    [InlineData(-0.285, 2, -0.29)]
    [InlineData(2.5, 0, 3)]
    [InlineData(1204.4995, 3, 1204.5)]
    [InlineData(1e15, 2, 1e15)]
    [InlineData(double.NaN, 2, double.NaN)]
    public void Halves_go_away_from_0_by_the_digits_that_a_reader_sees(double value, int decimals, double expected) => Assert.Equal(expected, Rounding.To(value, decimals));

    [Fact]
    public void Markdown_prints_the_number_of_the_JSON_document_cut_further()
    {
        foreach (var value in Enumerable.Range(0, 4000).Select(i => 0.5 + i / 8.0).Append(1204.4996).Append(9.95))
        {
            var inJson = Rounding.Milliseconds(value);
            var decimals = inJson < 10 ? 1 : 0;

            Assert.Equal(Math.Round((decimal)inJson, decimals, MidpointRounding.AwayFromZero).ToString("0.#", CultureInfo.InvariantCulture), SummaryNumbers.LaneMilliseconds(inJson));
        }
    }
}
