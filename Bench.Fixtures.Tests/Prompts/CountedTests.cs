using Bench.Fixtures.Prompts;

namespace Bench.Fixtures.Tests.Prompts;

public sealed class CountedTests
{
    [Theory]
    [InlineData(0, "record", "0 records")]
    [InlineData(1, "record", "1 record")]
    [InlineData(2, "retry", "2 retries")]
    [InlineData(1, "retry", "1 retry")]
    [InlineData(2, "process", "2 processes")]
    [InlineData(3, "key", "3 keys")]
    [InlineData(2, "planned job", "2 planned jobs")]
    public void A_number_has_its_noun_in_the_right_form(long count, string noun, string text) => Assert.Equal(text, Counted.Of(count, noun));
}
