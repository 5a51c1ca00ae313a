using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Operations.Metrics;

/// <summary>How much work is due and not begun. The database is asked at most every five seconds, however often one looks.</summary>
internal sealed class Backlog(IServicesDatabase services, IWorkControl control, TimeProvider clock)
{
    public const int CountedAtMost = 100_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private static readonly string[] Lanes = ["interactive", "bulk"];

    private IReadOnlyList<Queue> seen = [];

    private long? seenAt;

    /// <param name="Depth">NaN, like the other, when the database does not tell.</param>
    /// <param name="OldestDueSeconds">0 when nothing is late.</param>
    public sealed record Queue(string Lane, double Depth, double OldestDueSeconds);

    /// <summary>Never throws for what the database does. Not for two at once.</summary>
    public async Task<IReadOnlyList<Queue>> SeeAsync(CancellationToken cancellationToken)
    {
        if (seenAt is { } at && clock.GetElapsedTime(at) < Fresh)
        {
            return seen;
        }

        try
        {
            var next = new List<Queue>();
            foreach (var lane in Lanes)
            {
                next.Add(await SeeAsync(lane, cancellationToken));
            }

            seen = next;
        }
        catch (DatabaseUnavailableException)
        {
            seen = [.. Lanes.Select(lane => new Queue(lane, double.NaN, double.NaN))];
        }

        seenAt = clock.GetTimestamp();
        return seen;
    }

    /// <returns>NaN when the database does not tell.</returns>
    public async Task<double> CountLeftAloneAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await control.CountLeftAloneAsync(CountedAtMost, cancellationToken);
        }
        catch (DatabaseUnavailableException)
        {
            return double.NaN;
        }
    }

    private async Task<Queue> SeeAsync(string lane, CancellationToken cancellationToken)
    {
        var work = services.Documents<WorkItem>();
        var now = clock.GetUtcNow();
        var due = new Condition.All(Condition.Eq("lane", lane), Condition.Lte("dueAt", Instants.Write(now)));
        var depth = await work.CountAsync(due, CountedAtMost, cancellationToken);
        var oldest = depth > 0 ? await work.QueryAsync(new DocumentQuery(due, 1) { Sort = [new Sort("dueAt")] }, cancellationToken) : [];
        return new Queue(lane, depth, oldest is [{ DueAt: { } since }] ? Math.Max(0, (now - since).TotalSeconds) : 0);
    }
}
