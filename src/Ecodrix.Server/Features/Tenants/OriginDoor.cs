using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Tenants.Origins;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Tenants;

/// <summary>From which web pages a client may be called. What is not a page has no origin and is not asked for one.</summary>
internal sealed class OriginDoor(OriginBook book, Settings settings)
{
    /// <summary>Before it is known whose call it is: whether any client lists the origin, or it is our own.</summary>
    public async ValueTask<bool> IsKnownAsync(string? origin, CancellationToken cancellationToken) =>
        origin is null or { Length: 0 } || IsOurs(origin) || (CorsOrigin.Normalise(origin) is { } normal && await book.IsAnyonesAsync(normal, cancellationToken));

    /// <summary>What <see cref="IsKnownAsync"/> answered last, for who cannot wait. False for an origin that was never asked for.</summary>
    public bool WasKnown(string origin) => IsOurs(origin) || (CorsOrigin.Normalise(origin) is { } normal && book.WasAnyones(normal));

    /// <summary>Once it is known: whether the client itself lists it.</summary>
    public async ValueTask<bool> IsAllowedAsync(TenantId tenant, string? origin, CancellationToken cancellationToken) =>
        origin is null or { Length: 0 }
        || IsOurs(origin)
        || (CorsOrigin.Normalise(origin) is { } normal
            && (await book.OfAsync(tenant.Code, cancellationToken)).Any(listed => string.Equals(listed.Origin, normal, StringComparison.Ordinal)));

    // Our own pages; the Host header is never trusted to say what that is.
    private bool IsOurs(string origin) => settings.PublicUrl is { } url && string.Equals(CorsOrigin.Normalise(url.GetLeftPart(UriPartial.Authority)), origin, StringComparison.Ordinal);
}
