using Ecodrix.Storage;

namespace Ecodrix.Engine.Jobs;

/// <summary>A signpost to work of which something is held. Its id is the work's.</summary>
/// <remarks>Written before the work rests, so that a release finds it; one that leads nowhere is taken down by whoever follows it.</remarks>
public sealed record ParkedWork(string Id, long Version, string Tenant) : IDocument<ParkedWork>
{
    public static Collection<ParkedWork> Collection { get; } = new("parked", EngineJson.Default.ParkedWork, new DocumentIndex("tenant", "_id"));
}

/// <summary>Lets what is held rest: without a look at the clock or the database until it is released, but for a slow net.</summary>
internal sealed class Parking(IServicesDatabase services, IHolds holds, TimeProvider clock, ITenantClock clocks)
{
    /// <summary>The net under releases that got lost: so seldom that a long backlog costs nothing.</summary>
    private static readonly TimeSpan Net = TimeSpan.FromMinutes(15);

    private readonly IDocuments<ParkedWork> parked = services.Documents<ParkedWork>();

    public IHolds Holds => holds;

    /// <summary>To be called before the work rests; without it a release would not find the work.</summary>
    /// <param name="lookAgainAt">In real time.</param>
    /// <returns>When the work is looked at again if nobody releases it before, as its tenant's clock goes.</returns>
    public async Task<DateTimeOffset> ParkAsync(WorkItem work, DateTimeOffset? lookAgainAt, CancellationToken cancellationToken)
    {
        await parked.TryAddAsync(new ParkedWork(work.Id, 1, work.Tenant), cancellationToken);
        return (lookAgainAt ?? clock.GetUtcNow() + (Net * (0.8 + (0.4 * Random.Shared.NextDouble())))) + clocks.AheadOf(work.Tenant);
    }
}
