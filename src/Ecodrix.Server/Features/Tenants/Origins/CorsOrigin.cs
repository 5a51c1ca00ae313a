using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants.Origins;

/// <summary>A web origin from which a client's pages call. Its id leads with the origin, so that whether any client lists one is found by it.</summary>
internal sealed record CorsOrigin : IDocument<CorsOrigin>
{
    public const int MaxLength = 300;

    public static Collection<CorsOrigin> Collection { get; } = new("corsOrigins", TenantsJson.Default.CorsOrigin, new DocumentIndex("tenant"));

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>The client's live tenant; its test twin goes by the same list.</summary>
    public required string Tenant { get; init; }

    /// <summary>As browsers write it: scheme, host and a port that is not the scheme's own.</summary>
    public required string Origin { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public static string IdOf(string origin, string client) => $"{origin}|{client}";

    /// <summary>Where the ids of one origin begin.</summary>
    public static string FirstIdOf(string origin) => $"{origin}|";

    /// <summary>Behind all ids of one origin.</summary>
    public static string AfterIdsOf(string origin) => $"{origin}}}";

    /// <returns>The origin as browsers write it; null when the text is none.</returns>
    public static string? Normalise(string? text)
    {
        if (text is not { Length: > 0 and <= MaxLength }
            || !Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri)
            || uri.Scheme is not ("https" or "http")
            || uri.UserInfo.Length > 0
            || uri.PathAndQuery is not "/"
            || uri.Fragment.Length > 0
            || uri.IdnHost.Length == 0)
        {
            return null;
        }

        var host = uri.HostNameType is UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        return uri.IsDefaultPort
            ? $"{uri.Scheme}://{host.ToLowerInvariant()}"
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{uri.Scheme}://{host.ToLowerInvariant()}:{uri.Port}");
    }
}
