using Bench.Fixtures.Settings;

namespace Bench.Fixtures.Tests.Settings;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("300", 300_000)]
    [InlineData("300s", 300_000)]
    [InlineData("300 s", 300_000)]
    [InlineData("0", 0)]
    [InlineData("0.5", 500)]
    [InlineData("20ms", 20)]
    [InlineData("5m", 300_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData("00:05:00", 300_000)]
    [InlineData("1:00:00.5", 3_600_500)]
    public void A_duration_may_be_written_in_several_ways(string text, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), DurationText.TryParse(text));

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("5:00")]
    [InlineData("5d")]
    [InlineData("1e3")]
    [InlineData("1,5")]
    [InlineData("25:00:00")]
    [InlineData("00:60:00")]
    [InlineData("99999999999999999999h")]
    [InlineData("s")]
    public void Anything_else_is_none(string text) => Assert.Null(DurationText.TryParse(text));

    [Theory]
    [InlineData(300_000, "300s")]
    [InlineData(20, "20ms")]
    [InlineData(1500, "1500ms")]
    [InlineData(0, "0s")]
    public void A_formatted_duration_reads_back(int milliseconds, string text)
    {
        var duration = TimeSpan.FromMilliseconds(milliseconds);

        Assert.Equal(text, DurationText.Format(duration));
        Assert.Equal(duration, DurationText.TryParse(text));
    }
}
