using Ecodrix.Engine.Runs;
using Ecodrix.Server.Features.Inbound.Webhook;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Inbound.Quarantine;

/// <summary>Keeps what is nobody's for 7 days, and releases it when a client claims the number.</summary>
/// <remarks>
/// A release adds the client's job under an id that follows from what is released, and then deletes that: a crash in between
/// releases it again, which is releasing it once. What was kept had verified under the app-wide secret; a client with a
/// secret of its own does not get it.
/// </remarks>
internal sealed class QuarantineStore(IServicesDatabase services, WhatsAppOwnersDoor owners, IWorkControl control, TimeProvider clock) : INumberListener
{
    public static readonly TimeSpan BetweenSweeps = TimeSpan.FromMinutes(10);

    private const int AtOnce = 100;

    private readonly IDocuments<QuarantinedBody> bodies = services.Documents<QuarantinedBody>();

    public async Task KeepAsync(IEnumerable<WebhookChange> changes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var kept = changes.GroupBy(change => change.Key!, StringComparer.Ordinal).Select(of => new QuarantinedBody
        {
            Id = DocumentId.New(now),
            Key = of.Key,
            ReceivedAt = now,
            ExpiresAt = now + QuarantinedBody.Kept,
            Changes = [.. of],
        });
        await bodies.AddManyAsync([.. kept], cancellationToken);
    }

    public async Task OnClaimedAsync(string? number, string? businessId, CancellationToken cancellationToken)
    {
        if (number is not null)
        {
            await ReleaseAsync(Condition.Eq("key", WebhookChange.NumberKey(number)), cancellationToken);
        }

        if (businessId is not null)
        {
            await ReleaseAsync(Condition.Eq("key", WebhookChange.BusinessKey(businessId)), cancellationToken);
        }
    }

    /// <summary>Deletes what is too old, and releases what a crash or an outage kept from being released.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        while (await bodies.DeleteManyAsync(Condition.Lte("expiresAt", Instants.Write(clock.GetUtcNow())), AtOnce, cancellationToken) == AtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        await ReleaseAsync(where: null, cancellationToken);
    }

    /// <summary>The newest first.</summary>
    public Task<IReadOnlyList<QuarantinedBody>> ListAsync(int skip, int limit, CancellationToken cancellationToken) =>
        bodies.QueryAsync(new DocumentQuery(Unexpired(), limit) { Skip = skip, Sort = [new Sort("_id", Descending: true)] }, cancellationToken);

    public Task<int> CountAsync(int atMost, CancellationToken cancellationToken) => bodies.CountAsync(Unexpired(), atMost, cancellationToken);

    /// <returns>How many changes stand in the bodies between two ids, the first included.</returns>
    public async Task<int> CountChangesAsync(string from, string until, int atMost, CancellationToken cancellationToken)
    {
        var between = new Condition.All(Condition.Gte("_id", from), Condition.Lt("_id", until));
        return (await bodies.QueryAsync(new DocumentQuery(between, atMost), cancellationToken)).Sum(body => body.Changes.Count);
    }

    private Condition Unexpired() => Condition.Gt("expiresAt", Instants.Write(clock.GetUtcNow()));

    private async Task ReleaseAsync(Condition? where, CancellationToken cancellationToken)
    {
        var last = "";
        while (true)
        {
            var after = Condition.Gt("_id", last);
            var slice = await bodies.QueryAsync(new DocumentQuery(where is null ? after : new Condition.All(where, after), AtOnce), cancellationToken);
            foreach (var body in slice)
            {
                await ReleaseAsync(body, cancellationToken);
            }

            if (slice.Count < AtOnce)
            {
                return;
            }

            last = slice[^1].Id;
        }
    }

    private async Task ReleaseAsync(QuarantinedBody body, CancellationToken cancellationToken)
    {
        var first = body.Changes[0];
        IReadOnlyList<WhatsAppOwner> claimants = first.PhoneNumberId is not { } number ? await owners.OfBusinessAsync(first.BusinessId!, cancellationToken)
            : await owners.OfNumberAsync(number, cancellationToken) is { } owner ? [owner]
            : [];
        if (claimants.Count == 0)
        {
            return;
        }

        var now = clock.GetUtcNow();
        foreach (var claimant in claimants)
        {
            if (claimant.AppSecret is not null)
            {
                InboundTelemetry.ChangesDropped(body.Changes.Count);
                continue;
            }

            var id = DocumentId.Derived(body.Id, claimant.Tenant.Value);
            await control.AddJobAsync(Reception.JobFor(id, claimant.Tenant, new WebhookState(body.ReceivedAt, body.Changes), now), cancellationToken);
        }

        await bodies.DeleteAsync(body.Id, cancellationToken);
    }
}
