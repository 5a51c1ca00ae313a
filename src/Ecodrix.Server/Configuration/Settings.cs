using System.Net;
using Ecodrix.Channels.Media;
using Ecodrix.Storage;

namespace Ecodrix.Server.Configuration;

/// <summary>What the operator decided, read once at the start and checked whole. See <c>docs/configuration.md</c>.</summary>
internal sealed record Settings
{
    /// <summary>Whether defaults that are only right on a developer's machine hold.</summary>
    public required bool IsDevelopment { get; init; }

    /// <summary>The folder of everything that is kept; a development default, and where a relative path begins.</summary>
    public required string ContentRoot { get; init; }

    /// <summary>Where to listen, in the form of <c>ASPNETCORE_URLS</c>.</summary>
    public required string ListenUrls { get; init; }

    /// <summary>The services database, such as <c>sqlite:data/services.db</c>.</summary>
    public required string Database { get; init; }

    /// <summary>Where a client without a data source of its own lives; <c>{code}</c> stands for its name.</summary>
    public required string TenantDatabase { get; init; }

    /// <summary>What this process is for.</summary>
    public InstanceRole Role { get; init; }

    /// <summary>Whether no other process can share the databases: files are opened by one alone.</summary>
    public bool IsAlone => DataSource.FileOf(Database) is not null;

    /// <summary>Whether the start begins a hold: what comes is taken in, and no effect leaves until it is released.</summary>
    public bool Hold { get; init; }

    /// <summary>The folder of what lies outside the databases; null where none is named.</summary>
    public string? StorageFolder { get; init; }

    /// <summary>The bucket of what lies outside the databases; null where none is named.</summary>
    public S3Bucket? StorageBucket { get; init; }

    public IReadOnlyList<AdminKey> AdminKeys { get; init; } = [];

    /// <summary>From where alone the admin API answers; null for anywhere.</summary>
    public IReadOnlyList<IPNetwork>? AdminAllow { get; init; }

    /// <summary>Keys of 32 bytes in base64, separated by commas; null in development, where one is made under <c>data/keys/</c>.</summary>
    public string? EncryptionKey { get; init; }

    /// <summary>What links begin with, without a slash at the end; null where none is known.</summary>
    public Uri? PublicUrl { get; init; }

    public int TrustedProxies { get; init; }

    /// <summary>For how many days finished events, runs, jobs and callback logs are kept, counted from their end.</summary>
    public int RetentionDays { get; init; } = 90;

    public required Uri MetaBaseUrl { get; init; }

    /// <summary>Signs what Meta posts for clients without an app of their own; null where every client has one.</summary>
    public string? MetaAppSecret { get; init; }

    /// <summary>What Meta shows when the webhook is set up, for clients without a token of their own.</summary>
    public string? MetaVerifyToken { get; init; }

    public required Uri GoogleBaseUrl { get; init; }

    public required Uri GoogleOAuthUrl { get; init; }

    public string? GoogleClientId { get; init; }

    public string? GoogleClientSecret { get; init; }

    /// <summary>Lifts the check that outgoing addresses are public.</summary>
    public bool AllowPrivateCallbacks { get; init; }

    /// <summary>What <c>/metrics</c> asks for; null in development leaves it open, null in production closes it.</summary>
    public string? MetricsToken { get; init; }

    /// <summary>Who is told of what an operator must know; null tells nobody. May hold a secret in its path or query.</summary>
    public Uri? AlertUrl { get; init; }

    /// <summary>The Redis through which several instances reach each other's sockets; null for none: each then reaches its own.</summary>
    public string? Redis { get; init; }

    /// <summary>Where a collector takes traces and metrics over OTLP; null exports nothing.</summary>
    public Uri? OtlpEndpoint { get; init; }
}

/// <param name="Name">Who holds it, for the audit log.</param>
internal sealed record AdminKey(string Name, string Key)
{
    public override string ToString() => Name;
}
