using Ecodrix.Loopback;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Ecodrix.Server.Tests.Sources;

/// <summary>A database server that a client brings along. Skips the test where <c>ECODRIX_TEST_MONGODB</c> names none.</summary>
internal sealed class OwnServer : IAsyncDisposable
{
    private const string Variable = "ECODRIX_TEST_MONGODB";

    private readonly MongoClient client;

    private readonly string prefix = $"eo{Guid.NewGuid():N}"[..12] + "_";

    private readonly string uri;

    public OwnServer()
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(named), $"{Variable} names no server.");
        uri = named!;
        client = new MongoClient(uri);
    }

    public string Host => new MongoUrlBuilder(uri).Servers.First().ToString();

    /// <param name="through">What stands before the server; null for the server itself.</param>
    public string AddressOf(string name, Wire? through = null)
    {
        var address = new MongoUrlBuilder(uri) { DatabaseName = prefix + name };
        if (through is not null)
        {
            address.Server = new MongoServerAddress("127.0.0.1", through.Port);
            address.DirectConnection = true;
        }

        return address.ToString();
    }

    public IMongoDatabase Database(string name) => client.GetDatabase(prefix + name);

    public async Task<IReadOnlyList<string>> CollectionsAsync(string name) =>
        await (await Database(name).ListCollectionNamesAsync()).ToListAsync();

    public Task<long> CountAsync(string name, string collection) =>
        Database(name).GetCollection<BsonDocument>(collection).CountDocumentsAsync(new BsonDocument());

    public async ValueTask DisposeAsync()
    {
        foreach (var name in await (await client.ListDatabaseNamesAsync()).ToListAsync())
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                await client.DropDatabaseAsync(name);
            }
        }

        client.Dispose();
    }
}
