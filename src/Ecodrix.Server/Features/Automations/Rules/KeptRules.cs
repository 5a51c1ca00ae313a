using System.Collections.Frozen;
using Ecodrix.Engine.Definitions;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Automations.Rules;

/// <summary>One tenant's active rules in memory, and how fresh they are.</summary>
internal sealed class KeptRules(CompiledVersions versions, ITenantDatabases databases, TimeProvider clock)
{
    private static readonly TimeSpan TrustedFor = TimeSpan.FromSeconds(1);

    /// <summary>A process that died between a rule's change and its stamp's is forgotten after this.</summary>
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();

    private Task<State>? reading;

    private int changes;

    private State? state;

    public long LastUsed { get; private set; }

    public void Forget() => Interlocked.Increment(ref changes);

    public ValueTask<ActiveRules> CurrentAsync(ITenantDatabase database, CancellationToken cancellationToken)
    {
        LastUsed = clock.GetTimestamp();
        return Volatile.Read(ref state) is { } current && IsFresh(current)
            ? ValueTask.FromResult(current.Rules)
            : new ValueTask<ActiveRules>(ReadAsync(database, cancellationToken));
    }

    private bool IsFresh(State current) => current.Changes == Volatile.Read(ref changes) && clock.GetElapsedTime(current.CheckedAt) < TrustedFor;

    /// <summary>All who ask at once share one read, unless it began before a change that they must see.</summary>
    private async Task<ActiveRules> ReadAsync(ITenantDatabase database, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task<State> read;
            lock (gate)
            {
                if (reading is null or { IsCompleted: true })
                {
                    // Not one caller's token: others wait for the same read.
                    reading = ReadOnceAsync(database, CancellationToken.None);
                }

                read = reading;
            }

            var found = await read.WaitAsync(cancellationToken);
            if (found.Changes == Volatile.Read(ref changes))
            {
                return found.Rules;
            }
        }
    }

    private async Task<State> ReadOnceAsync(ITenantDatabase database, CancellationToken cancellationToken)
    {
        // Noted before anything is read: what changes meanwhile makes this state stale, not fresh.
        var seen = Volatile.Read(ref changes);
        var checkedAt = clock.GetTimestamp();
        var stamp = await StampAsync(database, cancellationToken);

        if (state is { } before && !string.Equals(before.Era, stamp.Era, StringComparison.Ordinal))
        {
            versions.Forget(database.Tenant);
        }

        var next = state is { } held && held.Stamp == stamp.Version && string.Equals(held.Era, stamp.Era, StringComparison.Ordinal) && clock.GetElapsedTime(held.ReadAt) < ReadAgainAfter
            ? held with { Changes = seen, CheckedAt = checkedAt }
            : new State(await LoadAsync(database, stamp, cancellationToken), stamp.Version, seen, checkedAt, checkedAt) { Era = stamp.Era };
        Volatile.Write(ref state, next);
        return next;
    }

    /// <summary>A test twin that never had a rule is given those of the live tenant first.</summary>
    private async Task<RuleStamp> StampAsync(ITenantDatabase database, CancellationToken cancellationToken)
    {
        var stamp = await RuleStamps.ReadAsync(database, cancellationToken);
        if (stamp.Version > 0 || !database.Tenant.IsTest)
        {
            return stamp;
        }

        await RuleTwin.CopyAsync(await databases.OpenAsync(database.Tenant.Live, cancellationToken), database, cancellationToken);
        return await RuleStamps.ReadAsync(database, cancellationToken);
    }

    private async Task<ActiveRules> LoadAsync(ITenantDatabase database, RuleStamp stamp, CancellationToken cancellationToken)
    {
        var query = new DocumentQuery(Condition.Eq("isActive", true), Rule.MostActive);
        var rules = await database.Documents<Rule>().QueryAsync(query, cancellationToken);
        return ActiveRules.Of(rules.Select(rule => versions.Of(database.Tenant, rule)), stamp.Awaited);
    }

    /// <param name="Stamp">The stamp's version as it was read before the rules.</param>
    /// <param name="Changes">How many local changes had been made by then.</param>
    private sealed record State(ActiveRules Rules, long Stamp, int Changes, long CheckedAt, long ReadAt)
    {
        /// <summary>The stamp's.</summary>
        public string? Era { get; init; }
    }
}

/// <summary>A tenant's active rules by their triggers.</summary>
internal sealed record ActiveRules(FrozenDictionary<string, IReadOnlyList<RuleDefinition>> ByTrigger, FrozenSet<string> Awaited)
{
    /// <param name="rules">In the order in which they were made.</param>
    public static ActiveRules Of(IEnumerable<RuleDefinition> rules, IEnumerable<string> awaited) => new(
        rules.GroupBy(rule => rule.Trigger, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, IReadOnlyList<RuleDefinition> (group) => [.. group], StringComparer.Ordinal),
        awaited.ToFrozenSet(StringComparer.Ordinal));

    public IReadOnlyList<RuleDefinition> OfTrigger(string trigger) => ByTrigger.GetValueOrDefault(trigger, []);
}
