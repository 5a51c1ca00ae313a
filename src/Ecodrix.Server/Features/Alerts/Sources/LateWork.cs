using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Alerts.Knowing;
using Ecodrix.Server.Instances;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Alerts.Sources;

/// <summary>Whether the oldest due work of a lane is older than a minute, whosever it is and why ever: a client that is paused is late on purpose, and told too.</summary>
internal sealed class LateWork(IServicesDatabase services, LastingAlerts alerts, Rounds rounds, TimeProvider clock) : IAlertLook
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(60);

    private static readonly string[] Lanes = ["interactive", "bulk"];

    private readonly IDocuments<WorkItem> work = services.Documents<WorkItem>();

    public TimeSpan Every { get; } = TimeSpan.FromSeconds(15);

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        if (!await rounds.TryBeginAsync("alerts of late work", Every, cancellationToken))
        {
            return;
        }

        var seen = new List<Sighting>();
        foreach (var lane in Lanes)
        {
            if (await OldestAsync(lane, cancellationToken) is { } late)
            {
                seen.Add(late);
            }
        }

        await alerts.SeeAsync(seen, cancellationToken);
        await alerts.EndAsync(AlertKind.WorkLate, seen, _ => Task.FromResult(true), cancellationToken);
    }

    private async Task<Sighting?> OldestAsync(string lane, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var due = new Condition.All(Condition.Eq("lane", lane), Condition.Lt("dueAt", Instants.Write(now - Late)));
        return await work.QueryAsync(new DocumentQuery(due, 1) { Sort = [new Sort("dueAt")] }, cancellationToken) is [{ DueAt: { } since } oldest]
            ? new Sighting(AlertKind.WorkLate, Tenant: null, lane, new AlertDetails
            {
                Lane = lane,
                OldestDueSeconds = (long)(now - since).TotalSeconds,
                ClientCode = TenantId.Parse(oldest.Tenant).Code,
            })
            : null;
    }
}
