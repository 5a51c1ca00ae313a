using MongoDB.Bson;
using MongoDB.Driver;

namespace Ecodrix.Storage.Tests.Mongo;

/// <summary>The server that these tests use, and what it can do: not everything that speaks MongoDB's protocol is MongoDB.</summary>
internal static class MongoServer
{
    private const string Variable = "ECODRIX_TEST_MONGODB";

    private static readonly Lazy<MongoClient> Shared = new(() => new MongoClient(Uri));

    /// <summary>Skips the test when there is no server.</summary>
    public static string Uri
    {
        get
        {
            var uri = Environment.GetEnvironmentVariable(Variable);
            Assert.SkipWhen(string.IsNullOrEmpty(uri), $"{Variable} names no server.");
            return uri!;
        }
    }

    public static MongoClient Client => Shared.Value;

    /// <summary>A beginning for names of databases that no other test has.</summary>
    public static string NewPrefix() => $"et{Guid.NewGuid():N}"[..12] + "_";

    /// <param name="database">May hold <c>{code}</c>, which the builder would take for signs to escape.</param>
    public static string AddressOf(string database) =>
        new MongoUrlBuilder(Uri) { DatabaseName = database }.ToString().Replace("%7Bcode%7D", "{code}", StringComparison.Ordinal);

    public static async Task DropAsync(string prefix)
    {
        foreach (var name in await (await Client.ListDatabaseNamesAsync()).ToListAsync())
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                await Client.DropDatabaseAsync(name);
            }
        }
    }

    /// <summary>Skips the test when the server takes what lies in a list in a list for an item of the outer.</summary>
    public static void NeedsListsToBeLookedIntoOnce()
    {
        var prefix = NewPrefix();
        var probe = Client.GetDatabase(prefix + "probe").GetCollection<BsonDocument>("probe");
        probe.InsertOne(new BsonDocument("list", new BsonArray { new BsonArray { 1 } }));
        var found = probe.CountDocuments(new BsonDocument("list", new BsonDocument("$in", new BsonArray { 1, 2 })));
        Client.DropDatabase(prefix + "probe");
        Assert.SkipUnless(found == 0, "This server looks into a list in a list; MongoDB does not.");
    }

    /// <summary>Skips the test when the server orders texts otherwise than MongoDB does.</summary>
    public static void NeedsTheOrderOfCodePoints()
    {
        var prefix = NewPrefix();
        var probe = Client.GetDatabase(prefix + "probe").GetCollection<BsonDocument>("probe");
        probe.InsertMany([new BsonDocument("text", "\uFFFD"), new BsonDocument("text", "🙂")]);
        var first = probe.Find(new BsonDocument()).Sort(new BsonDocument("text", 1)).First()["text"].AsString;
        Client.DropDatabase(prefix + "probe");
        Assert.SkipUnless(first is "\uFFFD", "This server orders texts by UTF-16 units; MongoDB orders them by code points.");
    }
}
