using Ecodrix.Engine.Runs;

namespace Ecodrix.Engine.Jobs;

/// <summary>Tells work as it will be when its holder has taken in what was asked of it meanwhile.</summary>
public interface IForesight
{
    /// <summary>Whoever asked, and whoever reads after, would otherwise find that nothing came of it.</summary>
    /// <returns>The same work when nobody holds it, when nothing was asked, or when it is of a newer version than this program.</returns>
    WorkItem See(WorkItem work);
}

internal sealed class Foresight(KnownWork known, ITenantClock clocks) : IForesight
{
    public WorkItem See(WorkItem work) =>
        work.Lease is null || work.Signals.Count == 0 || !known.Understands(work) ? work : Signals.Apply(work, new Turn(clocks.Now(work.Tenant), work.RunAt, 0));
}
