using System.Collections.Concurrent;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Notifications;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Callbacks.Receivers;

/// <summary>The breaker of each tenant and host: what is known of receivers that fail.</summary>
/// <remarks>
/// The state is a document that all processes share; it is looked at anew once a second. Of many callbacks that wait for a
/// probe each gets a time of its own, so that a long outage of a busy receiver is no busy loop; the first of them to come
/// after the time of the probe is the probe, and the document's version lets only one be it.
/// </remarks>
internal sealed partial class ReceiverBook(
    IServicesDatabase services, NotificationDoor notifications, HeldReleases releases, TimeProvider clock, ILogger<ReceiverBook> logger)
{
    private const int MostKept = 10_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly IDocuments<Receiver> receivers = services.Documents<Receiver>();

    private readonly ConcurrentDictionary<string, Seen> seen = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, int> failures = new(StringComparer.Ordinal);

    private readonly WaitingPlaces places = new();

    /// <summary>Whether an attempt would have to wait now. Reserves nothing.</summary>
    public async ValueTask<Admission.Waits?> FindWaitAsync(TenantId tenant, string host, CancellationToken cancellationToken)
    {
        var known = await FindAsync(Receiver.IdOf(tenant, host), cancellationToken);
        return known is { OpenedAt: not null, DisabledAt: null, NextProbeAt: { } probe } && probe > clock.GetUtcNow() ? Wait(known, probe) : null;
    }

    /// <summary>Lets an attempt through, or says why not. An open breaker lets one through each minute.</summary>
    public async ValueTask<Admission> AdmitAsync(TenantId tenant, string host, CancellationToken cancellationToken)
    {
        var id = Receiver.IdOf(tenant, host);
        while (true)
        {
            var known = await FindAsync(id, cancellationToken);
            if (known is not { OpenedAt: not null, NextProbeAt: { } probe })
            {
                return new Admission.Granted();
            }

            if (known.DisabledAt is not null)
            {
                return new Admission.Refused($"{host} has failed for five days and is disabled. Send the callback again, or recover them all, when it works.");
            }

            var now = clock.GetUtcNow();
            if (probe > now)
            {
                return Wait(known, probe);
            }

            var reserved = known with { Version = known.Version + 1, NextProbeAt = now + Receiver.BetweenProbes };
            if (await receivers.TryReplaceAsync(reserved, cancellationToken))
            {
                Keep(id, reserved);
                return new Admission.Granted();
            }

            seen.TryRemove(id, out _);
        }
    }

    /// <summary>The receiver took a callback: whatever was counted is forgotten, and who waits goes on.</summary>
    public async Task SucceededAsync(TenantId tenant, string host, CancellationToken cancellationToken)
    {
        var id = Receiver.IdOf(tenant, host);
        failures.TryRemove(id, out _);
        if (await FindAsync(id, cancellationToken) is not { } known)
        {
            return;
        }

        await receivers.DeleteAsync(id, cancellationToken);
        Keep(id, null);
        places.Clear(id);
        if (known.OpenedAt is not null)
        {
            LogClosed(tenant.Value);
            releases.Ask(tenant);
        }
    }

    public async Task FailedAsync(TenantId tenant, string host, CancellationToken cancellationToken)
    {
        var id = Receiver.IdOf(tenant, host);
        var counted = failures.AddOrUpdate(id, 1, (_, before) => before + 1);
        if (failures.Count > MostKept)
        {
            failures.Clear();
        }

        while (true)
        {
            var known = await receivers.FindAsync(id, cancellationToken);
            if (known is null && counted < Receiver.CountedFrom)
            {
                return;
            }

            var now = clock.GetUtcNow();
            var before = known ?? new Receiver { Id = id, Version = 0, Tenant = tenant.Value, Host = host };
            var next = before.Failed(Math.Max(counted, before.Failures + 1), now) with { Version = before.Version + 1 };
            if (next.IsToBeTold(now) && await TellAsync(tenant, next, cancellationToken))
            {
                next = next with { NotifiedAt = now };
            }

            if (known is null ? await receivers.TryAddAsync(next, cancellationToken) : await receivers.TryReplaceAsync(next, cancellationToken))
            {
                Keep(id, next);
                Note(before, next);
                return;
            }
        }
    }

    /// <summary>Somebody sends to it again by hand: it is probed at once, and enabled when it was disabled.</summary>
    public async Task TryAgainAsync(TenantId tenant, string host, CancellationToken cancellationToken)
    {
        var id = Receiver.IdOf(tenant, host);
        while (await receivers.FindAsync(id, cancellationToken) is { OpenedAt: not null } known)
        {
            var next = known.TriedAgain(clock.GetUtcNow()) with { Version = known.Version + 1 };
            if (await receivers.TryReplaceAsync(next, cancellationToken))
            {
                Keep(id, next);
                return;
            }
        }
    }

    private async ValueTask<Receiver?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (seen.TryGetValue(id, out var known) && clock.GetElapsedTime(known.At) < Fresh)
        {
            return known.Receiver;
        }

        var found = await receivers.FindAsync(id, cancellationToken);
        Keep(id, found);
        return found;
    }

    private void Keep(string id, Receiver? receiver)
    {
        if (seen.Count > MostKept)
        {
            seen.Clear();
            places.Clear();
        }

        seen[id] = new Seen(receiver, clock.GetTimestamp());
    }

    private Admission.Waits Wait(Receiver known, DateTimeOffset probe) =>
        new($"{known.Host} has failed {known.Failures} times in a row, and is tried once a minute", places.Next(known.Id, probe));

    // A notification that cannot be written does not keep the attempt from being recorded; the next probe tells.
    private async Task<bool> TellAsync(TenantId tenant, Receiver receiver, CancellationToken cancellationToken)
    {
        try
        {
            var id = DocumentId.Derived(DocumentId.LowerBound(receiver.OpenedAt!.Value), $"receiver:{receiver.Id}");
            await notifications.TellAsync(
                tenant,
                new Notification
                {
                    Id = id,
                    Title = "Callbacks do not get through",
                    Message = $"{receiver.Host} has refused callbacks or not answered for an hour. They wait and are tried once a minute; after five days the address is disabled.",
                    CreatedAt = clock.GetUtcNow(),
                },
                cancellationToken);
            return true;
        }
        catch (DatabaseUnavailableException failure)
        {
            LogUntold(tenant.Value, failure);
            return false;
        }
    }

    private void Note(Receiver before, Receiver after)
    {
        if (before.OpenedAt is null && after.OpenedAt is not null)
        {
            LogOpened(after.Tenant);
        }

        if (before.DisabledAt is null && after.DisabledAt is not null)
        {
            LogDisabled(after.Tenant);
        }
    }

    private sealed record Seen(Receiver? Receiver, long At);

    [LoggerMessage(LogLevel.Warning, "A receiver of tenant {Tenant} has failed too often: its callbacks wait, and it is probed each minute.")]
    private partial void LogOpened(string tenant);

    [LoggerMessage(LogLevel.Information, "A receiver of tenant {Tenant} answers again.")]
    private partial void LogClosed(string tenant);

    [LoggerMessage(LogLevel.Warning, "A receiver of tenant {Tenant} has failed for five days and is disabled.")]
    private partial void LogDisabled(string tenant);

    [LoggerMessage(LogLevel.Warning, "Tenant {Tenant} could not be told that a receiver fails; the next probe tells it.")]
    private partial void LogUntold(string tenant, Exception failure);
}
