using System.Text.Json;
using Ecodrix.Server.Features.Realtime.Streams;
using Ecodrix.Server.Features.Realtime.Watching;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Realtime;

/// <summary>Where the code that makes a change tells dashboards of it, once the change is durable.</summary>
/// <remarks>
/// Telling is no part of the change: it costs nothing while nobody looks, returns at once and never fails. What a crash
/// keeps from being told gets no number either.
/// </remarks>
internal sealed class RealtimeDoor(Watchers watchers, LiveStreams streams, Pace pace)
{
    /// <summary>Whether anybody would see it. Asked before anything is prepared; answered from memory.</summary>
    public bool IsWatched(TenantId tenant) => watchers.IsWatched(tenant.Value);

    /// <summary>As <see cref="IsWatched(TenantId)"/>, for who has the tenant's name at hand.</summary>
    public bool IsWatched(string tenant) => watchers.IsWatched(tenant);

    /// <summary>Numbers it, writes it down and delivers it, in the order of the calls. Does nothing while the tenant is not watched.</summary>
    public void Publish(TenantId tenant, RealtimeEvent told)
    {
        if (!watchers.IsWatched(tenant.Value))
        {
            return;
        }

        if (told.PaceKey is null)
        {
            streams.Publish(tenant, told);
        }
        else
        {
            pace.Publish(tenant, told);
        }
    }
}

/// <summary>Which message is meant.</summary>
internal sealed record MessagePlace(string MessageId, string ConversationId, string? LeadId);

/// <summary>How far a broadcast or a campaign is.</summary>
/// <param name="Counts">By status.</param>
/// <param name="Progress">0 to 1.</param>
/// <param name="Left">How long the rest will take at this pace; null while that cannot be told.</param>
internal sealed record BulkFigures(string Id, JsonElement Counts, double Progress, TimeSpan? Left);
