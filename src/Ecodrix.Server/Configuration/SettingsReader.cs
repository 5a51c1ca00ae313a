using System.Globalization;
using System.Net;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.SocketIO.Redis;
using Ecodrix.Storage;

namespace Ecodrix.Server.Configuration;

/// <summary>Reads and checks all settings at once, so that a wrong one stops the start and not a request a week later.</summary>
internal static class SettingsReader
{
    private const string Code = "{code}";

    private const int ShortestAdminKey = 32;

    private const int DevelopmentPort = 4000;

    /// <exception cref="WrongSettingException">One of them is wrong, or missing in production.</exception>
    public static Settings Read(IConfiguration configuration, IHostEnvironment environment)
    {
        var values = new SettingValues(configuration);
        var development = environment.IsDevelopment();
        var listen = Listen(values);
        var database = Rooted(Database(values, development), environment);

        return new Settings
        {
            IsDevelopment = development,
            ContentRoot = environment.ContentRootPath,
            ListenUrls = listen,
            Database = database,
            TenantDatabase = Rooted(TenantDatabase(values, database), environment),
            Role = Role(values, database),
            Hold = values.Flag("ECODRIX_HOLD", fallback: false),
            StorageFolder = StorageSettings.Folder(values, environment),
            StorageBucket = StorageSettings.Bucket(values),
            AdminKeys = AdminKeys(values),
            AdminAllow = AdminAllow(values),
            EncryptionKey = EncryptionKey(values, development),
            PublicUrl = values.Address("ECODRIX_PUBLIC_URL") ?? (development ? Reachable(listen) : null),
            TrustedProxies = values.Whole("ECODRIX_TRUSTED_PROXIES", 0, 0, 10),
            RetentionDays = values.Whole("ECODRIX_RETENTION_DAYS", 90, 1, 3_650),
            MetaBaseUrl = values.Address("ECODRIX_META_BASE_URL") ?? new Uri("https://graph.facebook.com/v24.0"),
            MetaAppSecret = values.Text("ECODRIX_META_APP_SECRET"),
            MetaVerifyToken = values.Text("ECODRIX_META_VERIFY_TOKEN"),
            GoogleBaseUrl = values.Address("ECODRIX_GOOGLE_BASE_URL") ?? new Uri("https://www.googleapis.com"),
            GoogleOAuthUrl = values.Address("ECODRIX_GOOGLE_OAUTH_URL") ?? new Uri("https://oauth2.googleapis.com"),
            GoogleClientId = values.Text("ECODRIX_GOOGLE_CLIENT_ID"),
            GoogleClientSecret = values.Text("ECODRIX_GOOGLE_CLIENT_SECRET"),
            MetricsToken = values.Text("ECODRIX_METRICS_TOKEN"),
            AlertUrl = values.Receiver("ECODRIX_ALERT_URL"),
            Redis = Redis(values),
            OtlpEndpoint = values.Address("OTEL_EXPORTER_OTLP_ENDPOINT"),
            AllowPrivateCallbacks = values.Flag("ECODRIX_ALLOW_PRIVATE_CALLBACKS", development),
        };
    }

    /// <summary><c>PORT</c> is what platforms set, and wins; it means every interface.</summary>
    private static string Listen(SettingValues values) =>
        values.Text("PORT") is null
            ? values.Text("URLS") ?? string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{DevelopmentPort}")
            : string.Create(CultureInfo.InvariantCulture, $"http://0.0.0.0:{values.Whole("PORT", 0, 1, 65_535)}");

    private static Uri? Reachable(string listen)
    {
        var first = listen.Split(';')[0].Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "127.0.0.1", StringComparison.Ordinal)
            .Replace("*", "127.0.0.1", StringComparison.Ordinal).Replace("+", "127.0.0.1", StringComparison.Ordinal);
        return Uri.TryCreate(first.TrimEnd('/'), UriKind.Absolute, out var address) ? address : null;
    }

    private static string Database(SettingValues values, bool development)
    {
        const string Name = "ECODRIX_DATABASE";
        var uri = values.Text(Name) ?? (development ? "sqlite:data/services.db" : throw new WrongSettingException(Name, "must be set in production, such as sqlite:/var/lib/ecodrix/services.db"));
        return DataSource.IsKnown(uri) ? uri : throw new WrongSettingException(Name, "must be sqlite:<path>, such as sqlite:/var/lib/ecodrix/services.db, or mongodb://<host>/<database>");
    }

    private static string TenantDatabase(SettingValues values, string services)
    {
        const string Name = "ECODRIX_TENANT_DATABASE";
        var uri = values.Text(Name) ?? DataSource.OnTheClusterOf(services, "ecodrix_{code}") ?? "sqlite:data/tenants/{code}.db";
        return DataSource.IsKnown(uri) && uri.Contains(Code, StringComparison.Ordinal)
            ? uri
            : throw new WrongSettingException(Name, "must be sqlite:<path> or mongodb://<host>/<database> with {code} in it, such as sqlite:/var/lib/ecodrix/tenants/{code}.db");
    }

    private static string Rooted(string uri, IHostEnvironment environment) => DataSource.From(environment.ContentRootPath, uri);
    /// <summary>One process alone opens files, so it must do everything.</summary>
    private static InstanceRole Role(SettingValues values, string database)
    {
        const string Name = "ECODRIX_ROLE";
        var role = values.Text(Name)?.ToLowerInvariant() switch
        {
            null or "all" => InstanceRole.All,
            "api" => InstanceRole.Api,
            "worker" => InstanceRole.Worker,
            _ => throw new WrongSettingException(Name, "must be api, worker or all"),
        };
        return role is not InstanceRole.All && DataSource.FileOf(database) is not null
            ? throw new WrongSettingException(Name, "must be all while ECODRIX_DATABASE is sqlite:, for no second process can open the same files")
            : role;
    }

    private static string? Redis(SettingValues values)
    {
        const string Name = "ECODRIX_REDIS";
        return values.Text(Name) is not { } text || RedisAdapterOptions.IsConnectionString(text)
            ? values.Text(Name)
            : throw new WrongSettingException(Name, "must be redis://<host>:<port>, rediss:// for TLS, or <host>:<port> with settings behind it, parted by commas");
    }

    private static AdminKey[] AdminKeys(SettingValues values)
    {
        const string Name = "ECODRIX_ADMIN_KEY";
        var parts = values.Text(Name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        var keys = parts.Select(ReadAdminKey).ToArray();

        return Array.TrueForAll(keys, key => key.Key.Length >= ShortestAdminKey)
            ? keys
            : throw new WrongSettingException(Name, "must be one or several name:key separated by commas, each key of at least 32 characters");
    }

    private static AdminKey ReadAdminKey(string part)
    {
        var colon = part.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? new AdminKey("admin", part) : new AdminKey(part[..colon], part[(colon + 1)..]);
    }

    private static IPNetwork[]? AdminAllow(SettingValues values)
    {
        const string Name = "ECODRIX_ADMIN_ALLOW";
        if (values.Text(Name) is not { } text)
        {
            return null;
        }

        var networks = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(ReadNetwork).ToList();
        return networks.Count > 0 && networks.TrueForAll(network => network is not null)
            ? [.. networks.Select(network => network!.Value)]
            : throw new WrongSettingException(Name, "must be one or several addresses or CIDRs separated by commas, such as 203.0.113.7,10.0.0.0/8,2001:db8::/32");
    }

    /// <summary>One address alone is the network of that address.</summary>
    private static IPNetwork? ReadNetwork(string part) =>
        IPNetwork.TryParse(part, out var network) ? network
        : !part.Contains('/', StringComparison.Ordinal) && IPAddress.TryParse(part, out var one) ? new IPNetwork(one, 8 * one.GetAddressBytes().Length)
        : null;

    private static string? EncryptionKey(SettingValues values, bool development)
    {
        const string Name = "ECODRIX_ENCRYPTION_KEY";
        if (values.Text(Name) is not { } keys)
        {
            return development ? null : throw new WrongSettingException(Name, "must be set in production to 32 random bytes in base64, such as the output of: openssl rand -base64 32");
        }

        return EncryptionKeys.TryParse(keys) is null
            ? throw new WrongSettingException(Name, "must be 32 bytes in base64, or several such keys separated by commas")
            : keys;
    }
}
