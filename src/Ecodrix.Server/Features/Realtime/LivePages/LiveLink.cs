using Ecodrix.Server.Features.Realtime.Tokens;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Features.Tenants.FirstStart;

namespace Ecodrix.Server.Features.Realtime.LivePages;

/// <summary>The address of the live page with a token in its fragment, which browsers send to no server.</summary>
internal static class LiveLink
{
    public const string Path = "/live";

    public static string Of(string token) => $"{Path}#token={token}";
}

/// <summary>The link that the first start prints.</summary>
internal sealed class WelcomeLink(TenantDoor tenants, TokenBook tokens) : IWatchLink
{
    private static readonly TimeSpan Lasts = TimeSpan.FromDays(1);

    public async Task<string?> MakeAsync(string clientCode, string apiKey, CancellationToken cancellationToken) =>
        await tenants.CheckAsync(apiKey, clientCode, cancellationToken) is KeyCheck.Accepted known
        && await tokens.IssueAsync(known.Tenant, known.KeyId, Lasts, cancellationToken) is { } issued
            ? LiveLink.Of(issued.Text)
            : null;
}
