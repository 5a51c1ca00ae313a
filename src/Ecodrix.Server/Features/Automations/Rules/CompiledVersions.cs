using System.Collections.Concurrent;
using Ecodrix.Engine.Definitions;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Automations.Rules;

/// <summary>Rule versions made ready to run. They never change, so what is kept is never wrong; but a test twin that was emptied numbers its versions anew.</summary>
internal sealed class CompiledVersions(RuleCompiler compiler)
{
    private const int Kept = 20_000;

    private readonly ConcurrentDictionary<(TenantId Tenant, string RuleId, long Revision), RuleDefinition> compiled = new();

    /// <summary>The tenant's versions are others now under the same numbers.</summary>
    public void Forget(TenantId tenant)
    {
        foreach (var (key, _) in compiled.Where(entry => entry.Key.Tenant == tenant))
        {
            compiled.TryRemove(key, out _);
        }
    }

    public RuleDefinition Of(TenantId tenant, Rule rule) => Keep(tenant, rule.Id, rule.Revision, rule.Content);

    /// <returns>Null when there is no such version.</returns>
    public async ValueTask<RuleDefinition?> FindAsync(ITenantDatabase database, string ruleId, long revision, CancellationToken cancellationToken)
    {
        if (compiled.TryGetValue((database.Tenant, ruleId, revision), out var known))
        {
            return known;
        }

        var version = await database.Documents<RuleVersion>().FindAsync(RuleVersion.IdOf(ruleId, revision), cancellationToken);
        return version is null ? null : Keep(database.Tenant, ruleId, revision, version.Content);
    }

    private RuleDefinition Keep(TenantId tenant, string ruleId, long revision, RuleContent content)
    {
        if (compiled.TryGetValue((tenant, ruleId, revision), out var known))
        {
            return known;
        }

        if (compiled.Count >= Kept)
        {
            compiled.Clear();
        }

        return compiled[(tenant, ruleId, revision)] = compiler.Compile(ruleId, revision, content);
    }
}
