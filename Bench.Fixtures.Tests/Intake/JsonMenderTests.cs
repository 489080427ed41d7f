using System.Text;
using System.Text.Json;
using Bench.Fixtures.Intake;

namespace Bench.Fixtures.Tests.Intake;

public sealed class JsonMenderTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("\"plain\"")]
    [InlineData("\"\U0001F600 \\ud83d\\ude00 \\uD83D\\uDE00 \\u00e9\"")]
    [InlineData("\"\\\\ud83d is a backslash and a word\"")]
    [InlineData("\"\\\\\\\\ud83d\"")]
    [InlineData("\"\\u12\"")]
    [InlineData("\"\\ud8")]
    public void What_is_whole_is_not_touched(string json) => Assert.Null(JsonMender.Mend(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("\\ud83d", "\uFFFD")]
    [InlineData("\\uDE00", "\uFFFD")]
    [InlineData("a\\ud83db", "a\uFFFDb")]
    [InlineData("\\ud83d\\ud83d\\ude00", "\uFFFD\U0001F600")]
    [InlineData("\\ude00\\ud83d", "\uFFFD\uFFFD")]
    [InlineData("\\ud83d\\n\\ude00", "\uFFFD\n\uFFFD")]
    [InlineData("\\\\\\ud83d", "\\\uFFFD")]
    [InlineData("\\ud83d\\u0041", "\uFFFDA")]
    [InlineData("\\ud83d\\\\ude00", "\uFFFD\\ude00")]
    public void Half_a_pair_becomes_the_replacement_character(string text, string read)
    {
        using var document = OutsideJson.Parse(Encoding.UTF8.GetBytes($"{{\"{text}\":\"{text}\"}}"), out var wasMended);

        var member = document.RootElement.EnumerateObject().Single();
        Assert.True(wasMended);
        Assert.Equal((read, read), (member.Name, member.Value.GetString()));
    }

    [Theory]
    [InlineData(new byte[] { 0xFF }, "\uFFFD")]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x98 }, "\uFFFD")]
    [InlineData(new byte[] { 0xED, 0xA0, 0xBD }, "\uFFFD\uFFFD\uFFFD")]
    [InlineData(new byte[] { 0x61, 0xC3, 0x62 }, "a\uFFFDb")]
    public void Bytes_that_are_no_utf8_become_the_replacement_character(byte[] bytes, string read)
    {
        byte[] json = [.. "{\""u8, .. bytes, .. "\":\""u8, .. bytes, .. "\\ud83d\"}"u8];

        using var document = OutsideJson.Parse(json, out var wasMended);

        var member = document.RootElement.EnumerateObject().Single();
        Assert.True(wasMended);
        Assert.Equal((read, read + "\uFFFD"), (member.Name, member.Value.GetString()));
    }

    [Fact]
    public void The_bytes_given_stay_as_they_are()
    {
        var json = "\"\\ud83d\""u8.ToArray();

        JsonMender.Mend(json);

        Assert.Equal("\"\\ud83d\""u8, json);
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over()
    {
        byte[] json = [0xEF, 0xBB, 0xBF, .. "[1]"u8];

        using var document = OutsideJson.Parse(json);

        Assert.Equal(1, document.RootElement[0].GetInt32());
        Assert.Equal("[1]"u8, OutsideJson.Mended(json));
    }

    [Fact]
    public void What_is_no_json_stays_none() =>
        Assert.ThrowsAny<JsonException>(() => OutsideJson.Parse("{\"a\":\"\\ud8"u8.ToArray()));

    [Fact]
    public void A_document_of_backslashes_alone_is_read_in_one_go()
    {
        // Counting the backslashes before each would take minutes here.
        var json = Encoding.UTF8.GetBytes("\"" + string.Concat(Enumerable.Repeat("\\\\u", 2_000_000)) + new string('\\', 4_000_000) + "ud83d\"");

        Assert.Null(JsonMender.Mend(json));
    }
}
