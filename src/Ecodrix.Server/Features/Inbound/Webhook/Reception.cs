using System.Diagnostics;
using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Configuration;
using Ecodrix.Server.Features.Inbound.Quarantine;
using Ecodrix.Server.Features.Tenants.Secrets;
using Ecodrix.Server.Http;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbound.Webhook;

/// <summary>Judges a post and makes what verified of it durable: a job for each client, and a quarantine for numbers that are nobody's.</summary>
/// <remarks>A crash between two of these writes leaves the post without its 200, so Meta posts it again; all that follows from it is done once.</remarks>
internal sealed class Reception(WhatsAppOwnersDoor owners, Settings settings, IWorkControl control, QuarantineStore quarantine, TimeProvider clock)
{
    /// <summary>A client's own app serves few numbers; who names more, unsigned by the operator's app, has us look up too many.</summary>
    private const int MostOwnersUnproved = 100;

    /// <returns>Why not; null when all that verified is durable.</returns>
    public async Task<Error?> TakeAsync(Posted posted, CancellationToken cancellationToken)
    {
        var isAppWide = posted.Verifies(settings.MetaAppSecret);
        if (!posted.IsSigned || WebhookChange.ReadAll(posted.Body) is not { } changes)
        {
            return isAppWide ? Errors.InvalidJson : InboundErrors.WrongSignature;
        }

        var keys = changes.Select(change => change.Key).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (!isAppWide && keys.Count > MostOwnersUnproved)
        {
            return InboundErrors.WrongSignature;
        }

        var known = new Dictionary<string, IReadOnlyList<WhatsAppOwner>>(StringComparer.Ordinal);
        foreach (var change in changes.Where(change => change.Key is not null).DistinctBy(change => change.Key, StringComparer.Ordinal))
        {
            known[change.Key!] = await OwnersOfAsync(change, cancellationToken);
        }

        var routing = Routing.Of(
            changes, change => change.Key is { } key ? known[key] : [], owner => posted.Verifies(owner.AppSecret ?? settings.MetaAppSecret), isAppWide);
        if (!isAppWide && routing.ByOwner.Count == 0)
        {
            return InboundErrors.WrongSignature;
        }

        await KeepAsync(routing, cancellationToken);
        return null;
    }

    /// <summary>As <see cref="TakeAsync"/>, with that client's secret and numbers alone.</summary>
    public async Task<Error?> TakeForAsync(string code, Posted posted, CancellationToken cancellationToken)
    {
        if (await owners.OfCodeAsync(code, cancellationToken) is not { } client || !posted.Verifies(client.AppSecret ?? settings.MetaAppSecret))
        {
            return InboundErrors.WrongSignature;
        }

        if (WebhookChange.ReadAll(posted.Body) is not { } changes)
        {
            return Errors.InvalidJson;
        }

        var routing = Routing.Of(changes, change => IsOf(client, change) ? [client] : [], _ => true, isAppWide: false);
        await KeepAsync(routing, cancellationToken);
        return null;
    }

    private static bool IsOf(WhatsAppOwner client, WebhookChange change) => change.PhoneNumberId is { } number
        ? string.Equals(number, client.PhoneNumberId, StringComparison.Ordinal)
        : change.BusinessId is { } business && string.Equals(business, client.BusinessId, StringComparison.Ordinal);

    private async Task<IReadOnlyList<WhatsAppOwner>> OwnersOfAsync(WebhookChange change, CancellationToken cancellationToken) =>
        change.PhoneNumberId is not { } number ? await owners.OfBusinessAsync(change.BusinessId!, cancellationToken)
        : await owners.OfNumberAsync(number, cancellationToken) is { } owner ? [owner]
        : [];

    private async Task KeepAsync(Routing routing, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var (tenant, own) in routing.ByOwner)
        {
            await control.AddJobAsync(JobFor(DocumentId.New(now), tenant, new WebhookState(now, own), now), cancellationToken);
        }

        if (routing.Nobodys.Count > 0)
        {
            await quarantine.KeepAsync(routing.Nobodys, now, cancellationToken);
            InboundTelemetry.ChangesQuarantined(routing.Nobodys.Count);
        }

        InboundTelemetry.ChangesDropped(routing.Dropped);
    }

    /// <summary>The job that works off a client's changes.</summary>
    public static WorkItem JobFor(string id, TenantId tenant, WebhookState state, DateTimeOffset now) => new()
    {
        Id = id,
        Tenant = tenant.Value,
        Type = WebhookJob.JobType,
        DueAt = now,
        CreatedAt = now,
        RunAt = now,
        Traceparent = Activity.Current?.Id,
        State = JsonSerializer.SerializeToElement(state, InboundJson.Default.WebhookState),
    };
}
