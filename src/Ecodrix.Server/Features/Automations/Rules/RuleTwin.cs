using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Automations.Rules;

/// <summary>Gives a test twin the rules of its live tenant, with the same ids.</summary>
internal static class RuleTwin
{
    private const int MostRules = 5_000;

    /// <summary>Copies the rules that the other does not have yet; what it has, it keeps.</summary>
    public static async Task CopyAsync(ITenantDatabase from, ITenantDatabase to, CancellationToken cancellationToken)
    {
        var rules = await from.Documents<Rule>().QueryAsync(new DocumentQuery(null, MostRules), cancellationToken);
        var stamp = await RuleStamps.ReadAsync(from, cancellationToken);

        await RuleStamps.AdvanceAsync(to, [.. stamp.Awaited], cancellationToken);
        await to.Documents<RuleVersion>().AddManyAsync([.. rules.Select(VersionOf)], cancellationToken);
        await to.Documents<Rule>().AddManyAsync([.. rules.Select(rule => rule with { Version = 1 })], cancellationToken);
        await RuleStamps.AdvanceAsync(to, [], cancellationToken);
    }

    private static RuleVersion VersionOf(Rule rule) => new()
    {
        Id = RuleVersion.IdOf(rule.Id, rule.Revision),
        Content = rule.Content,
        CreatedAt = rule.UpdatedAt,
    };
}
