using System.Text;
using System.Text.Json;
using Ecodrix.Channels.Callbacks;

namespace Ecodrix.Channels.Tests.Callbacks;

public sealed class JavaScriptJsonTests
{
    [Theory]
    [InlineData("""{ "b" : 1.50, "a" : [ true , null ] }""", """{"b":1.5,"a":[true,null]}""")]
    [InlineData("""{"b":1,"10":2,"2":3,"a":4,"01":5}""", """{"2":3,"10":2,"b":1,"a":4,"01":5}""")]
    [InlineData("""{"4294967295":1,"4294967294":2,"0":3}""", """{"0":3,"4294967294":2,"4294967295":1}""")]
    [InlineData("""{"x":{"z":1,"1":{"b":1,"0":2}}}""", """{"x":{"1":{"0":2,"b":1},"z":1}}""")]
    [InlineData("""{"a":1,"b":2,"a":3}""", """{"a":3,"b":2}""")]
    [InlineData("""{"n":-0,"m":-0.0,"e":1E21,"s":1e-7,"t":0.1e1}""", """{"n":0,"m":0,"e":1e+21,"s":1e-7,"t":1}""")]
    [InlineData("""{"s":"\u0041\/\u00e9\u001F\u2028"}""", "{\"s\":\"A/é\\u001f\u2028\"}")]
    [InlineData("""{"s":"\ud83d\ude00<b>&'\u007f\ufeff\ue000\u00a0"}""", "{\"s\":\"\ud83d\ude00<b>&'\u007f\ufeff\ue000\u00a0\"}")]
    [InlineData("""{"s":"\b\f\n\r\t\"\\\u000b\u0000"}""", """{"s":"\b\f\n\r\t\"\\\u000b\u0000"}""")]
    [InlineData("""{"":{},"constructor":"x","prototype":1}""", """{"":{},"constructor":"x","prototype":1}""")]
    [InlineData("12345678901234567890", "12345678901234567000")]
    public void Json_is_read_and_written_as_JavaScript_does(string json, string expected)
    {
        var (canonical, problem) = Read(json, JsonBounds.Metadata);

        problem.ShouldBeNull();
        canonical!.ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("""{"a":{"b":[0,1e400]}}""", "meta.a.b[1]", "double")]
    [InlineData("""{"a":-1e309}""", "meta.a", "double")]
    [InlineData("""{"__proto__":1}""", "meta.__proto__", "refuse")]
    [InlineData("""{"\u005f_proto__":1}""", "meta.__proto__", "refuse")]
    [InlineData("""{"a":[{"constructor":{"prototype":{}}}]}""", "meta.a[0].constructor", "prototype")]
    [InlineData("""{"constructor":{"prot\u006ftype":{}}}""", "meta.constructor", "prototype")]
    [InlineData("""{"constructor":{"\ud800":1,"prototype":{}}}""", "meta.constructor", "")]
    [InlineData("""{"constructor.prototype":1}""", "meta[\"constructor.prototype\"]", "refuse")]
    [InlineData("""{"a b":"\ud800"}""", "meta[\"a b\"]", "surrogate")]
    [InlineData("""{"a":"x\udc00"}""", "meta.a", "surrogate")]
    [InlineData("""{"a":"\ude00\ud83d"}""", "meta.a", "surrogate")]
    [InlineData("""{"a":{"\ud800":1}}""", "meta.a", "surrogate")]
    public void What_JavaScript_would_not_give_back_is_refused_with_its_path(string json, string path, string why)
    {
        var (canonical, problem) = Read(json, JsonBounds.Metadata);

        canonical.ShouldBeNull();
        problem!.Path.ShouldBe(path);
        problem.Why.ShouldContain(why);
    }

    [Fact]
    public void Twenty_levels_are_taken_and_the_next_is_refused()
    {
        var twenty = Nested(20);
        var more = Nested(21);

        Read(twenty, JsonBounds.Metadata).Problem.ShouldBeNull();
        Read(more, JsonBounds.Metadata).Problem!.Why.ShouldContain("20 levels");

        static string Nested(int levels) => string.Concat(Enumerable.Repeat("""{"a":""", levels)) + "1" + new string('}', levels);
    }

    [Fact]
    public void Sixteen_KiB_are_taken_and_one_byte_more_is_refused()
    {
        const string Frame = """{"a":""}""";
        var most = $$"""{"a":"{{new string('é', ((16 * 1024) - Frame.Length) / 2)}}"}""";

        Read(most, JsonBounds.Metadata).Problem.ShouldBeNull();
        Encoding.UTF8.GetByteCount(most).ShouldBe(16 * 1024);
        Read(most.Replace("\":", "x\":", StringComparison.Ordinal), JsonBounds.Metadata).Problem!.Path.ShouldBe("meta");
    }

    [Fact]
    public void Stored_bytes_are_taken_back_only_when_they_are_canonical()
    {
        JavaScriptJson.Stored("""{"1":2,"a":"é"}"""u8.ToArray()).ToString().ShouldBe("""{"1":2,"a":"é"}""");

        Should.Throw<ArgumentException>(() => JavaScriptJson.Stored("""{"a":1,"1":2}"""u8.ToArray()));
    }

    [Fact]
    public void The_writer_puts_commas_and_canonical_values_where_they_belong()
    {
        var metadata = Read("""{"2":[],"a":{}}""", JsonBounds.Metadata).Json!;

        var body = new JavaScriptWriter()
            .StartObject()
            .Property("id", "a\"b")
            .Property("count", 3)
            .Property("ok", true)
            .Name("none").Null()
            .Name("runs").StartArray().StartObject().EndObject().Value(1).Value((string?)null).EndArray()
            .Name("metadata").Value(metadata)
            .EndObject();

        Encoding.UTF8.GetString(body.Written.Span).ShouldBe("""{"id":"a\"b","count":3,"ok":true,"none":null,"runs":[{},1,null],"metadata":{"2":[],"a":{}}}""");
    }

    [Fact]
    public void The_writer_escapes_half_a_surrogate_pair_as_stringify_does()
    {
        var body = new JavaScriptWriter().Value("a\ud83dz\udc00\ud83d\ude00");

        Encoding.UTF8.GetString(body.Written.Span).ShouldBe("\"a\\ud83dz\\udc00\ud83d\ude00\"");
    }

    [Fact]
    public void The_writer_refuses_a_name_that_JavaScript_would_move() =>
        Should.Throw<ArgumentException>(() => new JavaScriptWriter().StartObject().Name("7"));

    private static (CanonicalJson? Json, JsonProblem? Problem) Read(string json, JsonBounds bounds)
    {
        using var document = JsonDocument.Parse(json);
        return JavaScriptJson.Canonicalise(document.RootElement, "meta", bounds);
    }
}
