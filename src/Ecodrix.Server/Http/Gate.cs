using System.Net;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Server.Http.Limits;
using Ecodrix.Storage;

namespace Ecodrix.Server.Http;

/// <summary>Lets a request in to the route that it asks for: limits by address, then the key, then the tenant's own limits.</summary>
internal sealed class Gate(RequestDelegate next, TenantGate tenants, AdminGate admins, Settings settings, TimeProvider clock)
{
    private const int PublicRequests = 300;

    private readonly AddressWindows callers = new(PublicRequests, clock);

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<AudienceOf>() is not { Audience: var audience })
        {
            await next(context);
            return;
        }

        var address = ClientAddress.Of(context, settings.TrustedProxies);
        var network = ClientAddress.Network(address);
        var refusal = audience switch
        {
            RouteAudience.Tenant => await tenants.AdmitAsync(context, address),
            RouteAudience.Admin => admins.Admit(context, address),
            _ when context.GetEndpoint()!.Metadata.GetMetadata<Uncounted>() is not null => null,
            _ => callers.Count(network) is { } wait ? new Failure(Errors.RateLimited) { RetryAfter = wait } : null,
        };

        await (refusal is null ? next(context) : refusal.ExecuteAsync(context));
    }
}

/// <summary>Lets clients in.</summary>
internal sealed class TenantGate(TenantDoor door, OriginDoor origins, ITenantDatabases databases, TenantLimits limits, TimeProvider clock)
{
    private const string KeyHeader = "x-api-key";

    private const string CodeHeader = "x-client-code";

    private const int FailedAttempts = 20;

    private readonly AddressWindows failures = new(FailedAttempts, clock);

    /// <returns>Null when the caller may go on; its <see cref="Caller"/> is then among the request's features.</returns>
    public async ValueTask<Failure?> AdmitAsync(HttpContext context, IPAddress address)
    {
        var network = ClientAddress.Network(address);
        if (failures.Full(network) is { } wait)
        {
            return new Failure(Errors.TooManyAttempts) { RetryAfter = wait };
        }

        var key = context.Request.Headers[KeyHeader].ToString();
        var code = context.Request.Headers[CodeHeader].ToString();

        switch (await door.CheckAsync(key, code, context.RequestAborted))
        {
            case KeyCheck.Accepted accepted:
                return accepted.From.Admit(address) ? await AdmitAsync(context, accepted) : new Failure(Errors.ForbiddenAddress);

            case KeyCheck.Suspended:
                return new Failure(Errors.ClientSuspended);

            default:
                // Who shows no key guesses at none.
                return key.Length > 0 && failures.Count(network) is { } longer
                    ? new Failure(Errors.TooManyAttempts) { RetryAfter = longer }
                    : new Failure(Errors.Unauthorized);
        }
    }

    private async ValueTask<Failure?> AdmitAsync(HttpContext context, KeyCheck.Accepted accepted)
    {
        if (context.Features.Get<PageOrigin>() is { } page && !(page.IsAnswered = await origins.IsAllowedAsync(accepted.Tenant, page.Origin, context.RequestAborted)))
        {
            return new Failure(Errors.ForbiddenOrigin);
        }

        var metadata = context.GetEndpoint()!.Metadata;
        if (metadata.GetMetadata<NeededScope>() is { Scope: { } needed } && !accepted.Scopes.Allow(needed))
        {
            return new Failure(needed.Lacking);
        }

        var cost = metadata.GetMetadata<TriggerCost>()?.Of(context.Request) ?? RequestCost.Request;
        if (cost is not RequestCost.CountedByHandler)
        {
            var state = cost is RequestCost.Trigger
                ? await limits.TakeTriggersAsync(accepted.Tenant, accepted.Client.Limits, 1, context.RequestAborted)
                : await limits.TakeRequestAsync(accepted.Tenant, accepted.Client.Limits, context.RequestAborted);
            TenantLimits.Tell(context.Response, state);
            if (state.Taken == 0)
            {
                return new Failure(Errors.RateLimited) { RetryAfter = state.Next };
            }
        }

        var database = await OpenAsync(context, accepted.Tenant);
        context.Features.Set(new Caller(accepted.Tenant, database, accepted.Client, accepted.KeyId) { Scopes = accepted.Scopes, From = accepted.From });
        return null;
    }

    private async ValueTask<ITenantDatabase> OpenAsync(HttpContext context, TenantId tenant)
    {
        try
        {
            return await databases.OpenAsync(tenant, context.RequestAborted);
        }
        catch (DatabaseUnavailableException down) when (down.Tenant == tenant && context.GetEndpoint()!.Metadata.GetMetadata<WorksWithoutDatabase>() is not null)
        {
            return new UnreachableDatabase(tenant, down);
        }
    }
}

/// <summary>Lets operators in.</summary>
internal sealed class AdminGate(AdminKeys keys, Settings settings, TimeProvider clock)
{
    private const string KeyHeader = "x-core-api-key";

    private const int FailedAttempts = 5;

    private readonly AddressWindows failures = new(FailedAttempts, clock);

    /// <returns>Null when the operator may go on; its <see cref="AdminCaller"/> is then among the request's features.</returns>
    /// <param name="address">Where the request came from, as far as it can be believed.</param>
    public Failure? Admit(HttpContext context, IPAddress address)
    {
        if (keys.AreNone)
        {
            return new Failure(Errors.AdminDisabled);
        }

        // Before the key is looked at: from elsewhere nobody finds out whether one is right.
        if (settings.AdminAllow is { } allowed && !allowed.Any(one => one.Contains(address)))
        {
            return new Failure(Errors.AdminElsewhere);
        }

        var network = ClientAddress.Network(address);

        if (failures.Full(network) is { } wait)
        {
            return new Failure(Errors.TooManyAttempts) { RetryAfter = wait };
        }

        var headers = context.Request.Headers;
        var key = headers[KeyHeader].ToString();
        var fromBrowser = headers.Origin.Count > 0 || headers.ContainsKey("Sec-Fetch-Site");

        if (!fromBrowser && keys.NameOf(key) is { } name)
        {
            context.Features.Set(new AdminCaller(name));
            return null;
        }

        return key.Length > 0 && failures.Count(network) is { } longer
            ? new Failure(Errors.TooManyAttempts) { RetryAfter = longer }
            : new Failure(Errors.Unauthorized);
    }
}
