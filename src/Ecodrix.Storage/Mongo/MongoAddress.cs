using System.Buffers;
using MongoDB.Driver;

namespace Ecodrix.Storage.Mongo;

/// <summary>A MongoDB URI, parted into the cluster and the database in it. The cluster part is a secret.</summary>
/// <param name="Cluster">The URI without a database: equal for all that may share a client.</param>
internal sealed record MongoAddress(string Cluster, string Database)
{
    /// <summary>MongoDB's own limit, in bytes.</summary>
    public const int LongestName = 63;

    private const string TwinSuffix = "~test";

    private const string CodePlace = "{code}";

    // As long as a code can be.
    private const string LongestCode = "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCC";

    private static readonly SearchValues<char> Impossible = SearchValues.Create("/\\. \"$*<>:|?");

    private static readonly string[] Schemes = ["mongodb://", "mongodb+srv://"];

    public static bool IsOne(string uri) => Schemes.Any(scheme => uri.StartsWith(scheme, StringComparison.Ordinal));

    /// <summary>The same URI, letter by letter, with another database.</summary>
    public static string WithDatabase(string uri, string database)
    {
        var host = uri.IndexOf("://", StringComparison.Ordinal) + "://".Length;
        var options = uri.IndexOf('?', host) is var mark and >= 0 ? mark : uri.Length;
        var path = uri.AsSpan(host, options - host).IndexOf('/') is var slash and >= 0 ? host + slash : options;
        return $"{uri[..path]}/{database}{uri[options..]}";
    }

    /// <exception cref="InvalidOperationException">It cannot be read, or names no database; the URI is not repeated.</exception>
    public static MongoAddress Parse(string uri, string setting)
    {
        var url = Read(uri) ?? throw new InvalidOperationException($"{setting} cannot be read as a MongoDB URI: mongodb://host/database or mongodb+srv://host/database.");
        return Of(url) ?? throw new InvalidOperationException($"{setting} must name a database of at most {LongestName} letters, digits, underscores or hyphens behind the host.");
    }

    /// <returns>Null when it cannot be read, or names no database beside which there is room for a test twin's.</returns>
    public static MongoAddress? TryParse(string uri) =>
        Read(uri) is { } url && Of(url) is { } address && address.Database.Length <= LongestName - TwinSuffix.Length ? address : null;

    /// <summary>Whether both name the same database on a server that both name.</summary>
    public bool MeansTheSameAs(MongoAddress other) =>
        string.Equals(Database, other.Database, StringComparison.OrdinalIgnoreCase)
        && Hosts(Cluster).Intersect(Hosts(other.Cluster), StringComparer.OrdinalIgnoreCase).Any();

    private static IEnumerable<string> Hosts(string cluster) => new MongoUrlBuilder(cluster).Servers.Select(server => server.ToString());

    private static MongoAddress? Of(MongoUrlBuilder url)
    {
        var name = url.DatabaseName;
        if (string.IsNullOrEmpty(name) || name.AsSpan().ContainsAny(Impossible) || System.Text.Encoding.UTF8.GetByteCount(name) > LongestName || url.Servers?.Any() is not true)
        {
            return null;
        }

        // Without it the credentials would be looked for in each tenant's own database.
        url.DatabaseName = null;
        return new MongoAddress(url.ToString(), name);
    }

    /// <summary>The addresses of tenants by a template with <c>{code}</c> in its database.</summary>
    /// <exception cref="InvalidOperationException">It has none, or would name databases too long.</exception>
    public static Func<TenantId, MongoAddress> OfTenants(string template, string setting)
    {
        if (!template.Contains(CodePlace, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{setting} must contain {{code}}, or all tenants would share one database.");
        }

        Parse(template.Replace(CodePlace, NameOf(TenantId.Parse(LongestCode).Test), StringComparison.Ordinal), setting);
        return tenant => Parse(template.Replace(CodePlace, NameOf(tenant), StringComparison.Ordinal), setting);
    }

    /// <summary>A client's own database, or the one beside it of the test twin.</summary>
    public MongoAddress Of(TenantId tenant) => tenant.IsTest ? this with { Database = Database + TwinSuffix } : this;

    // The driver's own words would repeat the address, and the password in it.
    private static MongoUrlBuilder? Read(string uri)
    {
        try
        {
            return new MongoUrlBuilder(uri);
        }
        catch (Exception unreadable) when (unreadable is MongoConfigurationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    // MongoDB takes names that differ in case alone for the same, so a twin's suffix has a sign that no code has.
    private static string NameOf(TenantId tenant) => tenant.IsTest ? tenant.Code + TwinSuffix : tenant.Value;
}
