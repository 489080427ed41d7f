using Bench.Fixtures.Workflows;

namespace Bench.Fixtures.Tests.Workflows;

public sealed class JsonShapeTests
{
    [Theory]
    [InlineData("""{"status":"string"}""", """{"status":"ok","more":1}""")]
    [InlineData("""{"status":"string"}""", " \n{\"status\":\"ok\"}\n ")]
    [InlineData("""{"n":"number","i":"integer","b":"boolean","o":"object","a":"array","z":"null","x":"any"}""", """{"n":1.5,"i":2,"b":false,"o":{},"a":[],"z":null,"x":[1]}""")]
    [InlineData("""{"i":"integer"}""", """{"i":2.0}""")]
    [InlineData("""{"i":"integer"}""", """{"i":1e2}""")]
    [InlineData("""{"i":"integer"}""", """{"i":-1.50E+1}""")]
    [InlineData("""{"i":"integer"}""", """{"i":1200e-2}""")]
    [InlineData("""{"i":"integer"}""", """{"i":0e-5}""")]
    [InlineData("""{"i":"integer"}""", """{"i":123456789012345678901234567890123}""")]
    [InlineData("""{"i":"integer"}""", """{"i":1e400}""")]
    [InlineData("""{"i":"integer"}""", """{"i":1e99999999999999999999}""")]
    [InlineData("""{"status":"string"}""", "\uFEFF{\"status\":\"ok\"}")]
    [InlineData("""{"v":"string|null"}""", """{"v":null}""")]
    [InlineData("""{"status":"ok","checksum":"bench-42","steps":["read"]}""", """{"status":"fine","checksum":"x","steps":["a","b"]}""")]
    [InlineData("""{"n":1,"b":true,"z":null}""", """{"n":2.5,"b":false,"z":null}""")]
    [InlineData("""{"a":[]}""", """{"a":[1,"x"]}""")]
    [InlineData("""{"a":["number",{"k":"string"}]}""", """{"a":[1,{"k":"v"},2]}""")]
    [InlineData("""{"a":["number"]}""", """{"a":[]}""")]
    public void An_answer_of_the_shape_passes(string shape, string answer) => Assert.Null(JsonShape.Mismatch(shape, answer));

    [Theory]
    [InlineData("""{"status":"string"}""", """{"state":"ok"}""", "$.status is missing")]
    [InlineData("""{"status":"string"}""", """{"status":1}""", "$.status is number, not string")]
    [InlineData("""{"tags":["string"]}""", """{"tags":"a, b"}""", "$.tags is string, not array")]
    [InlineData("""{"status":"string"}""", """["status"]""", "$ is array, not object")]
    [InlineData("""{"v":"string|null"}""", """{"v":1}""", "$.v is number, not string or null")]
    [InlineData("""{"i":"integer"}""", """{"i":2.5}""", "$.i is number, not integer")]
    [InlineData("""{"i":"integer"}""", """{"i":1e-1}""", "$.i is number, not integer")]
    [InlineData("""{"i":"integer"}""", """{"i":1.05e1}""", "$.i is number, not integer")]
    [InlineData("""{"i":"integer"}""", """{"i":1e-99999999999999999999}""", "$.i is number, not integer")]
    [InlineData("""{"z":null}""", """{"z":0}""", "$.z is number, not null")]
    [InlineData("""{"o":{"k":"number"}}""", """{"o":{"k":"1"}}""", "$.o.k is string, not number")]
    [InlineData("""{"a":["number"]}""", """{"a":[1,"x"]}""", "$.a[1] is string, not number")]
    [InlineData("""{"a":["number",true]}""", """{"a":[1,"x"]}""", "$.a[1] is like none of the shape's 2 elements")]
    [InlineData("""{"a":"string","o":{"k":"number"},"l":["number"]}""", """{"o":{"k":"1"},"l":[1,"x",null]}""", "$.a is missing; $.o.k is string, not number; $.l[1] is string, not number; $.l[2] is null, not number")]
    [InlineData("""["number"]""", """["a","b","c","d","e"]""", "$[0] is string, not number; $[1] is string, not number; $[2] is string, not number; $[3] is string, not number; $[4] is string, not number")]
    [InlineData("""["number"]""", """[1,"a","b","c","d","e","f","g"]""", "$[1] is string, not number; $[2] is string, not number; $[3] is string, not number; $[4] is string, not number; $[5] is string, not number; and 2 more")]
    [InlineData("""{"status":"string"}""", "no JSON here", "neither the answer nor its first fenced block is JSON")]
    [InlineData("""{"status":"string"}""", "", "neither the answer nor its first fenced block is JSON")]
    [InlineData("not a shape", "{}", "the shape is not JSON; correct the prompt's check")]
    public void An_answer_of_another_shape_is_told_where_it_differs(string shape, string answer, string problem) =>
        Assert.Equal(problem, JsonShape.Mismatch(shape, answer));

    [Fact]
    public void A_depth_that_is_too_great_is_named()
    {
        var deep = new string('[', 100) + new string(']', 100);

        Assert.Equal("the answer is JSON that is nested deeper than 64 levels", JsonShape.Mismatch("[]", deep));
        Assert.Equal("the answer is JSON that is nested deeper than 64 levels", JsonShape.Mismatch("[]", $"```\n{deep}\n```"));
        Assert.Equal("neither the answer nor its first fenced block is JSON", JsonShape.Mismatch("[]", new string('[', 100)));
    }

    [Theory]
    [InlineData("Here:\n```json\n{\"a\":1}\n```\nand\n```json\n{\"a\":\"x\"}\n```")]
    [InlineData("~~~\n{\"a\":1}\n~~~")]
    [InlineData("````json\n{\"a\":1}\n````")]
    public void The_first_fenced_block_counts_where_the_whole_answer_is_no_JSON(string answer) =>
        Assert.Null(JsonShape.Mismatch("""{"a":"number"}""", answer));
}
