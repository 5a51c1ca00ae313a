using Ecodrix.Storage.Mongo;
using Ecodrix.Storage.Sqlite;

namespace Ecodrix.Storage;

/// <summary>What a database's address says by itself, without anything being opened.</summary>
public static class DataSource
{
    /// <summary>Whether documents can be kept there: <c>sqlite:</c> and a path, or a MongoDB URI.</summary>
    public static bool IsKnown(string uri) => SqliteStorage.Takes(uri) || MongoStorage.Takes(uri);

    /// <returns>The path of the file; null when the address is a server's.</returns>
    public static string? FileOf(string uri) => SqliteStorage.FileOf(uri);

    /// <summary>Where tenants' databases lie when only the services' address is known: on the same cluster with the same credentials.</summary>
    /// <param name="name">The name of a tenant's database, with <c>{code}</c> in it.</param>
    /// <returns>Null when the services' database is a file.</returns>
    public static string? OnTheClusterOf(string services, string name) => MongoStorage.Takes(services) ? MongoAddress.WithDatabase(services, name) : null;

    /// <summary>The same address with a file's path counted from a directory.</summary>
    public static string From(string directory, string uri) => SqliteStorage.From(directory, uri);
}
