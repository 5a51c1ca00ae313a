namespace Ecodrix.Engine.Jobs;

/// <summary>Whether something due was left for want of slots; if so, the search for it is woken when enough of them are free.</summary>
internal sealed class Vacancies(Slots slots, Waker waker)
{
    private volatile bool isWanted;

    /// <summary>A search begins: what it leaves is told anew.</summary>
    public void Forget() => isWanted = false;

    /// <summary>Something was left.</summary>
    public void Want() => isWanted = true;

    /// <summary>A slot of the tenant's was freed, or one that has it waits for someone outside.</summary>
    /// <remarks>What waits is searched for when a part of the slots is free, not for each one: of all, and of the tenant's own.</remarks>
    public void Offer(string tenant, Lane lane)
    {
        if (isWanted && slots.HasRoomFor(tenant, lane))
        {
            waker.Wake();
        }
    }
}
