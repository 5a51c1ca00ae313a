using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Automations.Rules;

/// <summary>Reads and advances a tenant's <see cref="RuleStamp"/>.</summary>
internal static class RuleStamps
{
    /// <returns><see cref="RuleStamp.None"/> while the tenant never had a rule.</returns>
    public static async Task<RuleStamp> ReadAsync(ITenantDatabase database, CancellationToken cancellationToken) =>
        await database.Documents<RuleStamp>().FindAsync(RuleStamp.TheOne, cancellationToken) ?? RuleStamp.None;

    /// <param name="awaited">Triggers to add to those that are awaited.</param>
    public static async Task AdvanceAsync(ITenantDatabase database, IReadOnlyCollection<string> awaited, CancellationToken cancellationToken)
    {
        var stamps = database.Documents<RuleStamp>();
        while (true)
        {
            var stamp = await ReadAsync(database, cancellationToken);
            var next = stamp.With(awaited);
            if (stamp.Version == 0)
            {
                next = next with { Era = Guid.NewGuid().ToString("n") };
            }

            if (stamp.Version == 0 ? await stamps.TryAddAsync(next, cancellationToken) : await stamps.TryReplaceAsync(next, cancellationToken))
            {
                return;
            }
        }
    }
}
