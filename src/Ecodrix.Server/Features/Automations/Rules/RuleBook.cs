using System.Collections.Concurrent;
using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Automations.Rules;

/// <summary>The tenants' rules, compiled and kept in memory as long as their stamp stands still.</summary>
/// <remarks>A change made in this process is seen at once, one made in another within a second and the time of one read.</remarks>
internal sealed class RuleBook(RuleCompiler compiler, ITenantDatabases databases, TimeProvider clock) : IRuleBook
{
    private const int KeptTenants = 10_000;

    private readonly ConcurrentDictionary<TenantId, KeptRules> kept = new();

    private readonly CompiledVersions versions = new(compiler);

    public async ValueTask<IReadOnlyList<RuleDefinition>> ActiveAsync(ITenantDatabase database, string trigger, CancellationToken cancellationToken) =>
        (await CurrentAsync(database, cancellationToken)).OfTrigger(trigger);

    public async ValueTask<RuleDefinition?> FindAsync(ITenantDatabase database, string ruleId, long? version, CancellationToken cancellationToken)
    {
        await SettleTwinAsync(database, cancellationToken);
        if (version is { } pinned)
        {
            return await versions.FindAsync(database, ruleId, pinned, cancellationToken);
        }

        var rule = await database.Documents<Rule>().FindAsync(ruleId, cancellationToken);
        return rule is null ? null : await versions.FindAsync(database, ruleId, rule.Revision, cancellationToken);
    }

    public async ValueTask<bool> IsAwaitedAsync(ITenantDatabase database, string trigger, CancellationToken cancellationToken) =>
        (await CurrentAsync(database, cancellationToken)).Awaited.Contains(trigger);

    /// <summary>Whether an event with this trigger could do anything: start a rule or end a wait.</summary>
    public async ValueTask<bool> IsHeardAsync(ITenantDatabase database, string trigger, CancellationToken cancellationToken)
    {
        var rules = await CurrentAsync(database, cancellationToken);
        return rules.OfTrigger(trigger).Count > 0 || rules.Awaited.Contains(trigger);
    }

    /// <summary>Gives a test twin its live tenant's rules, should it never have had any, and notices when it was emptied.</summary>
    public async ValueTask SettleTwinAsync(ITenantDatabase database, CancellationToken cancellationToken)
    {
        if (database.Tenant.IsTest)
        {
            await CurrentAsync(database, cancellationToken);
        }
    }

    /// <summary>To be called after a change of the tenant's rules and of their stamp.</summary>
    public void Forget(TenantId tenant)
    {
        if (kept.TryGetValue(tenant, out var rules))
        {
            rules.Forget();
        }
    }

    private ValueTask<ActiveRules> CurrentAsync(ITenantDatabase database, CancellationToken cancellationToken)
    {
        if (!kept.TryGetValue(database.Tenant, out var rules))
        {
            MakeRoom();
            rules = kept.GetOrAdd(database.Tenant, static (_, made) => new KeptRules(made.versions, made.databases, made.clock), (versions, databases, clock));
        }

        return rules.CurrentAsync(database, cancellationToken);
    }

    /// <summary>Lets go of the tenants that were asked for longest ago: a tenth at a time, so that it happens seldom.</summary>
    private void MakeRoom()
    {
        if (kept.Count < KeptTenants)
        {
            return;
        }

        foreach (var (tenant, _) in kept.OrderBy(entry => entry.Value.LastUsed).Take(KeptTenants / 10).ToArray())
        {
            kept.TryRemove(tenant, out _);
        }
    }
}
