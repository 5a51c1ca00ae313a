using Ecodrix.Storage.Mongo;
using Ecodrix.Storage.Routing;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Clusters;
using MongoDB.Driver.Core.Connections;
using MongoDB.Driver.Core.Servers;

namespace Ecodrix.Storage.Tests.Routing;

/// <summary>What stands in the way of keeping documents at an address, by what a server says.</summary>
public sealed class MongoProbeTests
{
    private static readonly ConnectionId Connection = new(new ServerId(new ClusterId(), new System.Net.DnsEndPoint("localhost", 27017)));

    [Theory]
    [InlineData("find", 13, SourceProblem.WrongCredentials)]
    [InlineData("find", 18, SourceProblem.WrongCredentials)]
    [InlineData("insert", 13, SourceProblem.ReadOnly)]
    [InlineData("createIndexes", 13, SourceProblem.ReadOnly)]
    [InlineData("insert", 10107, SourceProblem.ReadOnly)]
    [InlineData("insert", 50, SourceProblem.Unreachable)]
    public void A_refused_command_tells_why(string command, int code, SourceProblem problem) =>
        MongoProbe.Judge(new MongoCommandException(Connection, "no", new BsonDocument(command, "probe"), new BsonDocument("code", code))).ShouldBe(problem);

    [Fact]
    public void Credentials_are_told_from_silence()
    {
        MongoProbe.Judge(new MongoAuthenticationException(Connection, "no")).ShouldBe(SourceProblem.WrongCredentials);
        MongoProbe.Judge(new TimeoutException()).ShouldBe(SourceProblem.Unreachable);
    }

    [Theory]
    [InlineData("mongodb://a,b/acme", "mongodb://B/acme?w=1", true)]
    [InlineData("mongodb://a/acme", "mongodb://a/other", false)]
    [InlineData("mongodb://a:1/acme", "mongodb://a:2/acme", false)]
    public void The_same_database_is_known_by_another_address(string one, string other, bool isSame) =>
        MongoAddress.Parse(one, "One").MeansTheSameAs(MongoAddress.Parse(other, "Other")).ShouldBe(isSame);
}
