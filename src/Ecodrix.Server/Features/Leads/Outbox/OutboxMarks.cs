using System.Collections.Concurrent;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads;

/// <summary>Keeps the marks of this process: one for each tenant, there before the first change of a lead and gone when all is quiet.</summary>
internal sealed class OutboxMarks(IServicesDatabase services, TimeProvider clock)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    private readonly IDocuments<OutboxMark> marks = services.Documents<OutboxMark>();

    private readonly ConcurrentDictionary<TenantId, Presence> presences = new();

    /// <summary>This process among others.</summary>
    public string Process { get; } = DocumentId.New(clock.GetUtcNow());

    /// <summary>To be held over a change and the writing on of what follows. Returns when the mark is durable.</summary>
    public async Task<Stay> EnterAsync(TenantId tenant)
    {
        var presence = presences.GetOrAdd(tenant, _ => new Presence());
        Task marked;
        lock (presence)
        {
            presence.Inside++;
            marked = presence.Marked ??= MarkAsync(tenant, presence.Unmarked);
        }

        try
        {
            await marked;
            return new Stay(presence, clock);
        }
        catch
        {
            lock (presence)
            {
                presence.Inside--;
                presence.Marked = null;
            }

            throw;
        }
    }

    /// <summary>Whether something of this process may be left in the tenant's outboxes.</summary>
    public bool IsUnsettled(TenantId tenant) => presences.TryGetValue(tenant, out var presence) && presence.IsUnsettled;

    public void Unsettle(TenantId tenant) => SetUnsettled(tenant, value: true);

    public void Settle(TenantId tenant) => SetUnsettled(tenant, value: false);

    /// <summary>Takes away the marks of tenants where nothing has happened for a while, and renews the others.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        foreach (var (tenant, presence) in presences)
        {
            if (TryLeave(tenant, presence, out var left))
            {
                await left.WaitAsync(cancellationToken);
            }
            else if (await marks.FindAsync(OutboxMark.IdOf(tenant, Process), cancellationToken) is { } mark)
            {
                await marks.TryReplaceAsync(mark with { Version = mark.Version + 1, SeenAt = clock.GetUtcNow() }, cancellationToken);
            }
        }
    }

    private void SetUnsettled(TenantId tenant, bool value)
    {
        if (presences.TryGetValue(tenant, out var presence))
        {
            presence.IsUnsettled = value;
        }
    }

    /// <param name="left">Ends when the mark is gone.</param>
    /// <returns>False when the mark must stay.</returns>
    private bool TryLeave(TenantId tenant, Presence presence, out Task left)
    {
        lock (presence)
        {
            left = presence.Unmarked;
            if (presence.Marked is null)
            {
                return true;
            }

            var isQuiet = presence.Inside == 0 && !presence.IsUnsettled && clock.GetElapsedTime(presence.LastLeft) >= Quiet;
            if (!isQuiet || !presence.Marked.IsCompletedSuccessfully)
            {
                return false;
            }

            presence.Marked = null;
            presence.Unmarked = left = UnmarkAsync(tenant);
            return true;
        }
    }

    private async Task MarkAsync(TenantId tenant, Task unmarked)
    {
        await unmarked.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // Not a request's token: others wait for the same mark.
        await marks.TryAddAsync(
            new OutboxMark { Id = OutboxMark.IdOf(tenant, Process), Tenant = tenant.Value, Process = Process, SeenAt = clock.GetUtcNow() },
            CancellationToken.None);
    }

    // Not a request's token: the next change waits for it.
    private Task<bool> UnmarkAsync(TenantId tenant) => marks.DeleteAsync(OutboxMark.IdOf(tenant, Process), CancellationToken.None);

    /// <summary>A change under way.</summary>
    internal sealed class Stay(Presence presence, TimeProvider clock) : IDisposable
    {
        /// <summary>Something is left in an outbox; recovery will look.</summary>
        public void LeaveUnsettled() => presence.IsUnsettled = true;

        public void Dispose()
        {
            lock (presence)
            {
                presence.Inside--;
                presence.LastLeft = clock.GetTimestamp();
            }
        }
    }

    internal sealed class Presence
    {
        public int Inside { get; set; }

        public Task? Marked { get; set; }

        public Task Unmarked { get; set; } = Task.CompletedTask;

        public long LastLeft { get; set; }

        public volatile bool IsUnsettled;
    }
}
