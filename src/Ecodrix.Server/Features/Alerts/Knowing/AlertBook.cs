using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Alerts.Knowing;

/// <summary>What is known of all matters, by all instances: of two that find the same, one tells it.</summary>
internal sealed class AlertBook(IServicesDatabase services, TimeProvider clock)
{
    private const int MostListed = 1_000;

    /// <summary>After that nobody comes back to an end of a key.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    private readonly IDocuments<Alert> alerts = services.Documents<Alert>();

    /// <returns>Null when it was never known.</returns>
    public Task<Alert?> FindAsync(string id, CancellationToken cancellationToken) => alerts.FindAsync(id, cancellationToken);

    /// <returns>Whether a message was made of it.</returns>
    public Task<bool> SeeAsync(Sighting seen, CancellationToken cancellationToken) =>
        ChangeAsync(seen.Id, known => AlertMachine.See(known, seen, clock.GetUtcNow()), cancellationToken);

    /// <summary>It seems to be over; it is when that has been so for a while.</summary>
    public Task ClearAsync(string id, CancellationToken cancellationToken) =>
        ChangeAsync(id, known => AlertMachine.Clear(known, clock.GetUtcNow()), cancellationToken);

    public Task HappenAsync(Happening what, CancellationToken cancellationToken) =>
        ChangeAsync(what.Id, known => AlertMachine.Happen(known, what, clock.GetUtcNow()), cancellationToken);

    /// <summary>Applies one pure change, again when someone else was first.</summary>
    /// <param name="change">Null leaves it as it is.</param>
    /// <returns>Whether that made a message.</returns>
    public async Task<bool> ChangeAsync(string id, Func<Alert?, Alert?> change, CancellationToken cancellationToken)
    {
        while (true)
        {
            var known = await alerts.FindAsync(id, cancellationToken);
            if (change(known) is not { } changed)
            {
                return false;
            }

            var next = changed with { Version = (known?.Version ?? 0) + 1 };
            if (known is null ? await alerts.TryAddAsync(next, cancellationToken) : await alerts.TryReplaceAsync(next, cancellationToken))
            {
                return next.Posts.Count > (known?.Posts.Count ?? 0);
            }
        }
    }

    /// <summary>Takes one that is due, for one worker alone until then.</summary>
    /// <returns>As it is now; null when another was first.</returns>
    public async Task<Alert?> TakeAsync(Alert due, TimeSpan until, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var taken = AlertMachine.Take(AlertMachine.Due(due, now) ?? due, now + until) with { Version = due.Version + 1 };
        return await alerts.TryReplaceAsync(taken, cancellationToken) ? taken : null;
    }

    public Task<IReadOnlyList<Alert>> DueAsync(int atMost, CancellationToken cancellationToken) =>
        alerts.QueryAsync(new DocumentQuery(Condition.Lte("dueAt", Instants.Write(clock.GetUtcNow())), atMost) { Sort = [new Sort("dueAt")] }, cancellationToken);

    /// <summary>Those that are not over.</summary>
    /// <param name="kind">Null for all.</param>
    public Task<IReadOnlyList<Alert>> LastingAsync(AlertKind? kind, CancellationToken cancellationToken)
    {
        var lasting = Condition.Eq("isOver", false);
        return alerts.QueryAsync(
            new DocumentQuery(kind is null ? lasting : new Condition.All(Condition.Gt("_id", $"{kind.Name}|"), Condition.Lt("_id", $"{kind.Name}}}"), lasting), MostListed),
            cancellationToken);
    }

    /// <summary>Those about which there is something to deliver.</summary>
    public Task<IReadOnlyList<Alert>> WaitingAsync(CancellationToken cancellationToken) =>
        alerts.QueryAsync(new DocumentQuery(Condition.Exists("dueAt"), MostListed), cancellationToken);

    /// <summary>Forgets what is over for long and will not come again: the ends of keys. All else is as many as there are clients.</summary>
    public Task ForgetAsync(AlertKind kind, CancellationToken cancellationToken) => alerts.DeleteManyAsync(
        new Condition.All(
            Condition.Gt("_id", $"{kind.Name}|"),
            Condition.Lt("_id", $"{kind.Name}}}"),
            Condition.Eq("isOver", true),
            Condition.Lt("seenAt", Instants.Write(clock.GetUtcNow() - Remembered))),
        MostListed,
        cancellationToken);
}
