using System.Runtime.CompilerServices;
using Ecodrix.Engine.Runs;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Engine.Retention;

/// <summary>Removes the claims of rules' limits that nobody needs any more: those whose window is over, and those of rules and tenants that are gone.</summary>
internal sealed class OldClaims(IServicesDatabase services, ITenantDatabases databases, IRuleBook rules) : ITenantClaims
{
    private const int AtOnce = OldWork.AtOnce;

    private readonly IDocuments<LimitClaim> claims = services.Documents<LimitClaim>();

    /// <summary>Those whose window is over, by the real time: a tenant's clock is never behind it.</summary>
    /// <returns>How many each batch removed.</returns>
    public async IAsyncEnumerable<int> RemoveExpiredAsync(DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int removed;
        do
        {
            removed = await claims.DeleteManyAsync(Condition.Lte("expiresAt", Instants.Write(now)), AtOnce, cancellationToken);
            yield return removed;
        }
        while (removed == AtOnce);
    }

    /// <summary>Those of rules that are gone: one look for each rule that has any, however many that are.</summary>
    /// <returns>How many each batch removed.</returns>
    public async IAsyncEnumerable<int> RemoveOrphansAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var kind in LimitKeys.Kinds)
        {
            var from = kind;
            while (await FirstAsync(from, LimitKeys.EndOf(kind), cancellationToken) is { } claim)
            {
                var rule = LimitKeys.RuleOf(claim.Id);
                from = LimitKeys.EndOf(rule.Prefix);
                if (await IsGoneAsync(rule, cancellationToken))
                {
                    await foreach (var removed in RemoveAsync(claims, rule.Prefix, cancellationToken))
                    {
                        yield return removed;
                    }
                }
            }
        }
    }

    public async Task EraseAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        foreach (var kind in LimitKeys.Kinds)
        {
            await EraseAsync(claims, LimitKeys.PrefixOf(kind, tenant.Value), cancellationToken);
        }

        await EraseAsync(services.Documents<Claim>(), LimitKeys.PrefixOf(SequenceClaims.StartOfKeys, tenant.Value), cancellationToken);
    }

    private static async Task EraseAsync<T>(IDocuments<T> documents, string prefix, CancellationToken cancellationToken)
        where T : class, IDocument
    {
        await foreach (var _ in RemoveAsync(documents, prefix, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static async IAsyncEnumerable<int> RemoveAsync<T>(IDocuments<T> documents, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class, IDocument
    {
        var all = new Condition.All(Condition.Gte("_id", prefix), Condition.Lt("_id", LimitKeys.EndOf(prefix)));
        int removed;
        do
        {
            removed = await documents.DeleteManyAsync(all, AtOnce, cancellationToken);
            yield return removed;
        }
        while (removed == AtOnce);
    }

    private async Task<LimitClaim?> FirstAsync(string from, string end, CancellationToken cancellationToken) =>
        await claims.QueryAsync(new DocumentQuery(new Condition.All(Condition.Gte("_id", from), Condition.Lt("_id", end)), 1), cancellationToken) is [var first] ? first : null;

    private async Task<bool> IsGoneAsync(LimitedRule rule, CancellationToken cancellationToken)
    {
        try
        {
            return TenantId.TryParse(rule.Tenant, out var tenant)
                && await rules.FindAsync(await databases.OpenAsync(tenant, cancellationToken), rule.RuleId, version: null, cancellationToken) is null;
        }
        catch (DatabaseUnavailableException unavailable) when (unavailable.Tenant is not null)
        {
            // Nobody knows, so it stays until somebody does.
            return false;
        }
    }
}
