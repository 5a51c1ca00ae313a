using CsCheck;
using Ecodrix.Storage.Mongo;

namespace Ecodrix.Storage.Tests.Mongo;

public sealed class StoredIdTests
{
    private static readonly Gen<string> Ids = Gen.String[Gen.Char["09af"], 24, 24];
    private static readonly Gen<string> Texts = Gen.OneOf(Gen.String[Gen.Char["09afgG/ é"], 0, 26], Gen.String[Gen.Char["0f"], 20, 26]);

    [Fact]
    public void The_first_id_behind_a_text_parts_the_ids_as_the_text_does() =>
        Gen.Select(Ids, Texts).Where((id, text) => !DocumentId.IsValid(text)).Sample((id, text) =>
        {
            var first = StoredId.FirstBehind(text);

            (first is { } at && string.CompareOrdinal(id, at.ToString()) >= 0).ShouldBe(string.CompareOrdinal(id, text) > 0, $"{id} and {text}");
        }, iter: 20_000);

    [Theory]
    [InlineData("", "000000000000000000000000")]
    [InlineData("65f", "65f000000000000000000000")]
    [InlineData("65g", "660000000000000000000000")]
    [InlineData("ffffffffffffffffffffffffz", null)]
    [InlineData("g", null)]
    [InlineData("A", "a00000000000000000000000")]
    public void It_is_the_smallest_such(string text, string? expected) => StoredId.FirstBehind(text)?.ToString().ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("$ref")]
    [InlineData("~1")]
    [InlineData("~")]
    [InlineData("~~5[.$")]
    [InlineData("a\0b")]
    [InlineData("plain-name_1")]
    public void A_name_is_read_as_it_was_written_and_holds_nothing_that_a_path_would_mistake(string name)
    {
        var written = KeyNames.Write(name);

        KeyNames.Read(written).ShouldBe(name);
        written.ShouldNotBeEmpty();
        written.AsSpan().ContainsAny(".$[\0").ShouldBeFalse();
    }

    [Fact]
    public void No_name_is_written_as_one_of_the_adapters_own()
    {
        string[] own = [StoredNames.Exact, StoredNames.Numbers, StoredNames.Token];

        own.Select(KeyNames.Write).ShouldAllBe(written => !own.Contains(written));
    }
}
