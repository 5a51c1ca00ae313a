using System.Security.Cryptography;
using System.Text;
using MongoDB.Bson;
using MongoDB.Driver;

namespace Ecodrix.Server.Tests;

/// <summary>Where a test's server keeps its documents: in files in its folder, or on a server when <c>ECODRIX_TEST_STORAGE</c> is <c>mongodb</c>.</summary>
/// <remarks>The folder stands for the databases on a server too: who starts again on it finds them again.</remarks>
internal static class TestStorage
{
    private const string Choice = "ECODRIX_TEST_STORAGE";
    private const string Server = "ECODRIX_TEST_MONGODB";

    private static readonly Lazy<MongoClient> Client = new(() => new MongoClient(Uri));

    public static bool OnServer => Environment.GetEnvironmentVariable(Choice) is "mongodb";

    private static string Uri => Environment.GetEnvironmentVariable(Server) ?? throw new InvalidOperationException($"{Choice} is mongodb, but {Server} names no server.");

    public static string Services(string folder) => OnServer ? AddressOf(PrefixOf(folder) + "services") : $"sqlite:{Path.Combine(folder, "services.db")}";

    public static string Tenants(string folder) => OnServer ? AddressOf(PrefixOf(folder) + "{code}") : $"sqlite:{Path.Combine(folder, "tenants", "{code}.db")}";

    /// <summary>Skips a test of what only files have.</summary>
    public static void NeedsFiles(string why) => Assert.SkipWhen(OnServer, $"The databases are on a server: {why}");

    /// <summary>Skips a test of what only a server has.</summary>
    public static void NeedsServer() => Assert.SkipUnless(OnServer, $"{Choice} is not mongodb, so the databases are files.");

    /// <summary>Whether a tenant's database is there.</summary>
    public static async Task<bool> HasAsync(string folder, string tenant)
    {
        if (!OnServer)
        {
            return Directory.GetFiles(Path.Combine(folder, "tenants"), tenant + ".*").Length > 0;
        }

        var name = PrefixOf(folder) + tenant.Replace("_test", "~test", StringComparison.Ordinal);
        return (await (await Client.Value.ListDatabaseNamesAsync()).ToListAsync()).Contains(name, StringComparer.Ordinal);
    }

    /// <summary>Every document on the server that a folder stands for, as it lies there.</summary>
    /// <param name="database">The beginning of a database's name; empty means all.</param>
    public static async Task<IReadOnlyList<byte[]>> DumpAsync(string folder, string database)
    {
        List<byte[]> dump = [];
        foreach (var name in (await (await Client.Value.ListDatabaseNamesAsync()).ToListAsync()).Where(name => name.StartsWith(PrefixOf(folder) + database, StringComparison.Ordinal)))
        {
            var found = Client.Value.GetDatabase(name);
            foreach (var collection in await (await found.ListCollectionNamesAsync()).ToListAsync())
            {
                dump.AddRange((await found.GetCollection<BsonDocument>(collection).Find(new BsonDocument()).ToListAsync()).Select(document => document.ToBson()));
            }
        }

        return dump;
    }

    /// <summary>Erases what a folder stands for.</summary>
    public static async Task DropAsync(string folder)
    {
        if (!OnServer)
        {
            return;
        }

        var prefix = PrefixOf(folder);
        foreach (var name in await (await Client.Value.ListDatabaseNamesAsync()).ToListAsync())
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                await Client.Value.DropDatabaseAsync(name);
            }
        }
    }

    private static string PrefixOf(string folder) => $"es{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..10]}_";

    private static string AddressOf(string database)
    {
        var parts = Uri.Split('?', 2);
        return $"{parts[0].TrimEnd('/')}/{database}{(parts.Length > 1 ? "?" + parts[1] : string.Empty)}";
    }
}
