using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Realtime;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbox.Live;

/// <summary>Tells dashboards how a sandboxed message comes to be delivered and read: computed from when it was sent, not stored.</summary>
/// <remarks>One timer for all; each time it rings it tells all that is due. A restart forgets what was not told yet: lists show it all the same.</remarks>
internal sealed class SandboxPlay : IDisposable
{
    private readonly PriorityQueue<Status, DateTimeOffset> coming = new();

    private readonly RealtimeDoor realtime;

    private readonly TimeProvider clock;

    private readonly ITimer timer;

    private readonly Lock gate = new();

    public SandboxPlay(RealtimeDoor realtime, TimeProvider clock)
    {
        this.realtime = realtime;
        this.clock = clock;
        timer = clock.CreateTimer(_ => Ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Play(TenantId tenant, Message sent)
    {
        if (sent.StatusTimes.Sent is not { } at)
        {
            return;
        }

        var now = clock.GetUtcNow();
        lock (gate)
        {
            Add(new Status(tenant, PlaceOf(sent), "delivered", SandboxProgress.DeliveredAt(at)), now + (SandboxProgress.DeliveredAt(at) - at));
            Add(new Status(tenant, PlaceOf(sent), "read", SandboxProgress.ReadAt(at)), now + (SandboxProgress.ReadAt(at) - at));
            SetTimer(now);
        }
    }

    public static MessagePlace PlaceOf(Message message) => new(message.Id, message.ConversationId, message.LeadId);

    public void Dispose() => timer.Dispose();

    private void Add(Status status, DateTimeOffset due) => coming.Enqueue(status, due);

    private void Ring()
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            while (coming.TryPeek(out var status, out var due) && due <= now)
            {
                coming.Dequeue();
                realtime.Publish(status.Tenant, RealtimeEvent.MessageStatus(status.Message, status.Name, status.At, error: null));
            }

            SetTimer(now);
        }
    }

    private void SetTimer(DateTimeOffset now)
    {
        if (coming.TryPeek(out _, out var due))
        {
            timer.Change(due > now ? due - now : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    /// <param name="At">By the tenant's clock.</param>
    private sealed record Status(TenantId Tenant, MessagePlace Message, string Name, DateTimeOffset At);
}
