using Ecodrix.Loopback;
using MongoDB.Driver;

namespace Ecodrix.Bench.Serving;

/// <summary>The databases of one run on a server that speaks MongoDB's protocol. They are dropped at its end.</summary>
/// <param name="uri">Of the server, without a database.</param>
internal sealed class ServerDatabases(string uri) : IAsyncDisposable
{
    private readonly string prefix = $"eb{Guid.NewGuid():N}"[..10] + "_";

    /// <summary>Both the services' and the tenants' databases lie there.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["ECODRIX_DATABASE"] = Services,
        ["ECODRIX_TENANT_DATABASE"] = Tenants,
    };

    public string Services => AddressOf("services");

    public string Tenants => AddressOf("{code}");

    public string Host => new MongoUrlBuilder(uri).Servers.First().ToString();

    public string AddressOf(string name)
    {
        var parts = uri.Split('?', 2);
        return $"{parts[0].TrimEnd('/')}/{prefix}{name}{(parts.Length > 1 ? "?" + parts[1] : string.Empty)}";
    }

    public string AddressOf(string name, Wire through) =>
        new MongoUrlBuilder(uri) { Server = new MongoServerAddress("127.0.0.1", through.Port), DirectConnection = true, DatabaseName = prefix + name }.ToString();

    /// <summary>Documents of all collections of a database.</summary>
    public async Task<long> CountAsync(string name, CancellationToken cancellationToken)
    {
        using var client = new MongoClient(uri);
        var database = client.GetDatabase(prefix + name);
        var all = 0L;
        foreach (var collection in await (await database.ListCollectionNamesAsync(cancellationToken: cancellationToken)).ToListAsync(cancellationToken))
        {
            all += await database.GetCollection<MongoDB.Bson.BsonDocument>(collection).EstimatedDocumentCountAsync(cancellationToken: cancellationToken);
        }

        return all;
    }

    public async ValueTask DisposeAsync()
    {
        using var client = new MongoClient(uri);
        foreach (var name in await (await client.ListDatabaseNamesAsync()).ToListAsync())
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                await client.DropDatabaseAsync(name);
            }
        }
    }
}
