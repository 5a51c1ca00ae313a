using Ecodrix.SocketIO.EngineIO;
using Microsoft.AspNetCore.Http;

namespace Ecodrix.SocketIO.Tests.EngineIO;

/// <summary>How the query is read: the three parameters of the protocol, and all of them for the application.</summary>
public sealed class EngineQueryTests
{
    [Theory]
    [InlineData("?EIO=4&transport=polling&sid=abc&t=N8hyd6w", "polling", "abc", "4")]
    [InlineData("?t=1&sid=abc&transport=websocket&EIO=4", "websocket", "abc", "4")]
    [InlineData("?%45IO=%34&transport=%70olling", "polling", "", "4")]
    [InlineData("?eio=4&Transport=polling&SID=abc", "", "", "")]
    [InlineData("?EIO=4&EIO=4", "", "", "4,4")]
    [InlineData("?sid=a&sid=b", "", "a,b", "")]
    [InlineData("?EIO&transport&sid", "", "", "")]
    [InlineData("?&&=&=x&EIO=4", "", "", "4")]
    [InlineData("?EIO=4%00&sid=%zz", "", "%zz", "4\0")]
    [InlineData("?", "", "", "")]
    [InlineData("", "", "", "")]
    public void The_parameters_of_the_protocol_are_found_by_their_very_names(string query, string transport, string id, string version) =>
        EngineQuery.Of(new QueryString(query)).ShouldBe(new EngineQuery(transport, id, version));

    [Fact]
    public void The_application_gets_all_of_them_decoded_and_joined()
    {
        var all = EngineQuery.All(new QueryString("?EIO=4&name=Asha+Rao&name=%F0%9F%8E%89&Name=other&empty=&t=1"));

        all["name"].ShouldBe("Asha Rao,\U0001F389");
        all["Name"].ShouldBe("other");
        all["empty"].ShouldBe("");
        all.Keys.ShouldBe(["EIO", "name", "Name", "empty", "t"]);
        all.Values.Count().ShouldBe(all.Count);
        all.ContainsKey("NAME").ShouldBeFalse();
        all.TryGetValue("NAME", out _).ShouldBeFalse();
        Should.Throw<KeyNotFoundException>(() => all["NAME"]);
    }

    [Fact]
    public void Pairs_that_are_kept_for_long_are_found_in_any_case_where_that_is_asked_for()
    {
        var headers = new FlatDictionary([KeyValuePair.Create("User-Agent", "x"), KeyValuePair.Create("Origin", "y")], StringComparer.OrdinalIgnoreCase);

        headers["user-agent"].ShouldBe("x");
        headers.ContainsKey("ORIGIN").ShouldBeTrue();
        headers.Select(pair => pair.Value).ShouldBe(["x", "y"]);
    }
}
