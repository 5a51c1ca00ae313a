using Ecodrix.Server.Features.Tenants;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace Ecodrix.Server.Http;

/// <summary>Who is asking, and the only data they can reach. A tenant route takes one as a parameter; there is no ambient tenant.</summary>
/// <param name="KeyId">The id of the key that was shown; safe to log.</param>
internal sealed record Caller(TenantId Tenant, ITenantDatabase Database, ClientProfile Client, string KeyId)
{
    /// <summary>What the key may do.</summary>
    public KeyScopes Scopes { get; init; } = KeyScopes.Everything;

    /// <summary>From where the key is taken.</summary>
    public AllowedAddresses From { get; init; } = AllowedAddresses.Anywhere;

    public static ValueTask<Caller> BindAsync(HttpContext context) =>
        ValueTask.FromResult(context.Features.GetRequiredFeature<Caller>());
}

/// <summary>An operator. An admin route takes one as a parameter.</summary>
/// <param name="Name">The admin key's name, for the audit log.</param>
internal sealed record AdminCaller(string Name)
{
    public static ValueTask<AdminCaller> BindAsync(HttpContext context) =>
        ValueTask.FromResult(context.Features.GetRequiredFeature<AdminCaller>());
}
