using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Features.Traces.Gathering;
using Ecodrix.Server.Http;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Traces.Links;

/// <summary>What stands behind a link: without personal data, whoever opens it.</summary>
internal sealed class LinkedTraces(TraceKey key, TenantDoor tenants, ITenantDatabases databases, TraceBook book, TimeProvider clock)
{
    public async Task<(LinkedTrace? Trace, Error? Refusal)> ReadAsync(string token, CancellationToken cancellationToken)
    {
        TraceTokenCheck check = key.Value is { } signing ? TraceToken.Read(signing, token, clock.GetUtcNow()) : TraceTokenCheck.Wrong.Instance;
        if (check is not TraceTokenCheck.Right right)
        {
            return (null, check is TraceTokenCheck.Expired ? TraceErrors.Expired : TraceErrors.WrongLink);
        }

        if (await tenants.FindShownAsync(right.Tenant, cancellationToken) is not { } client)
        {
            return (null, TraceErrors.WrongLink);
        }

        var database = await databases.OpenAsync(right.Tenant, cancellationToken);
        return await book.ReadAsync(database, right.Id, masked: true, cancellationToken) is { } view
            ? (new LinkedTrace(view, client.Name, client.Zone, right.ExpiresAt), null)
            : (null, TraceErrors.Forgotten);
    }
}

/// <param name="Client">What the client is called.</param>
/// <param name="Zone">In which its people read times.</param>
/// <param name="ExpiresAt">Of the link.</param>
internal sealed record LinkedTrace(TraceView View, string Client, TimeZoneInfo Zone, DateTimeOffset ExpiresAt);
