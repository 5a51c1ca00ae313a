using System.Collections.Concurrent;
using System.Globalization;
using Ecodrix.Server.Features.Tenants;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace Ecodrix.Server.Http.Limits;

/// <summary>How fast each tenant may call: one bucket for triggers, one for all other requests. A test twin has its own.</summary>
/// <remarks>Several instances keep the buckets together where they can; else each grants its share: the tenant's calls are spread over them.</remarks>
/// <param name="sharers">Among how many instances the allowances are shared now; 1 or more.</param>
/// <param name="shared">The buckets that all instances keep together; null for none.</param>
internal sealed class TenantLimits(Func<int> sharers, TimeProvider clock, ISharedBuckets? shared = null)
{
    private const int DefaultTriggers = 600;

    private const int DefaultRequests = 3_000;

    private readonly ConcurrentDictionary<TenantId, Buckets> tenants = new();

    /// <summary>Takes up to <paramref name="count"/> triggers of the tenant's allowance; each event of a batch is one.</summary>
    public async ValueTask<BucketState> TakeTriggersAsync(TenantId tenant, ClientLimits limits, int count, CancellationToken cancellationToken) =>
        await AskAsync(tenant, "triggers", Triggers(limits), count, cancellationToken) ?? Of(tenant).Triggers.Take(count, Triggers(limits), sharers());

    public async ValueTask<BucketState> TakeRequestAsync(TenantId tenant, ClientLimits limits, CancellationToken cancellationToken) =>
        await AskAsync(tenant, "requests", Requests(limits), 1, cancellationToken) ?? Of(tenant).Requests.Take(1, Requests(limits), sharers());

    /// <summary>Writes <c>RateLimit-Limit</c>, <c>-Remaining</c> and <c>-Reset</c>.</summary>
    public static void Tell(HttpResponse response, BucketState state)
    {
        var headers = response.Headers;
        headers["RateLimit-Limit"] = state.Limit.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Remaining"] = state.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["RateLimit-Reset"] = Math.Ceiling(state.Full.TotalSeconds).ToString(CultureInfo.InvariantCulture);
    }

    private ValueTask<BucketState?> AskAsync(TenantId tenant, string of, BucketSize size, int count, CancellationToken cancellationToken) =>
        shared is null ? ValueTask.FromResult<BucketState?>(null) : shared.TakeAsync($"{tenant}:{of}", size, count, cancellationToken);

    private Buckets Of(TenantId tenant) =>
        tenants.GetOrAdd(tenant, static (_, time) => new Buckets(new TokenBucket(Triggers(ClientLimits.Defaults), time), new TokenBucket(Requests(ClientLimits.Defaults), time)), clock);

    private static BucketSize Triggers(ClientLimits limits)
    {
        var perMinute = limits.TriggersPerMinute ?? DefaultTriggers;
        return new BucketSize(perMinute, 2 * perMinute);
    }

    private static BucketSize Requests(ClientLimits limits)
    {
        var perMinute = limits.RequestsPerMinute ?? DefaultRequests;
        return new BucketSize(perMinute, perMinute);
    }

    private sealed record Buckets(TokenBucket Triggers, TokenBucket Requests);
}

/// <summary>The triggers that the caller may still fire. A handler that counts them itself takes one of these.</summary>
internal sealed class TriggerAllowance(HttpContext context, TenantLimits limits, Caller caller)
{
    public static ValueTask<TriggerAllowance> BindAsync(HttpContext context) => ValueTask.FromResult(new TriggerAllowance(
        context,
        context.RequestServices.GetRequiredService<TenantLimits>(),
        context.Features.GetRequiredFeature<Caller>()));

    /// <returns>How many of <paramref name="count"/> are granted; the first so many events of a batch are accepted.</returns>
    public async ValueTask<int> TakeAsync(int count, CancellationToken cancellationToken)
    {
        var state = await limits.TakeTriggersAsync(caller.Tenant, caller.Client.Limits, count, cancellationToken);
        TenantLimits.Tell(context.Response, state);
        return state.Taken;
    }
}
