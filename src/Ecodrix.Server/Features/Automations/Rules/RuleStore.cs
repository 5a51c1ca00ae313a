using Ecodrix.Server.Http;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Automations.Rules;

/// <summary>Writes rules so that a kill between two writes leaves nothing that runs wrongly.</summary>
/// <remarks>
/// The awaited triggers are written before the rule that awaits them, a version before the rule that refers to it, and the
/// stamp last. What a crash leaves behind is a version that nobody refers to, or a stamp that is a minute late.
/// </remarks>
internal sealed class RuleStore(RuleBook book, TimeProvider clock)
{
    public async Task<RuleWrite> AddAsync(ITenantDatabase database, string ruleId, RuleDraft draft, CancellationToken cancellationToken)
    {
        if (draft.IsActive && await IsFullAsync(database, cancellationToken))
        {
            return new RuleWrite(null, RuleErrors.TooManyActive);
        }

        var now = clock.GetUtcNow();
        var revision = await KeepVersionAsync(database, ruleId, after: 0, draft, cancellationToken);
        var rule = new Rule
        {
            Id = ruleId,
            Revision = revision,
            IsActive = draft.IsActive,
            Content = draft.Content,
            CreatedAt = now,
            UpdatedAt = now,
        };

        // Added already when a request is repeated after a crash: then the rule is what that request made.
        var rules = database.Documents<Rule>();
        var stored = await rules.TryAddAsync(rule, cancellationToken) ? rule : await rules.FindAsync(ruleId, cancellationToken);
        await TellAsync(database, cancellationToken);
        return new RuleWrite(stored, stored is null ? Errors.Conflict : null);
    }

    /// <param name="change">Called again when someone else was faster. A draft makes a new version; none flips whether the rule is active.</param>
    public async Task<RuleWrite> ChangeAsync(
        ITenantDatabase database, string ruleId, Func<Rule, (RuleDraft? Draft, Failure? Refusal)> change, CancellationToken cancellationToken)
    {
        var rules = database.Documents<Rule>();
        while (true)
        {
            if (await rules.FindAsync(ruleId, cancellationToken) is not { } rule)
            {
                return new RuleWrite(null, RuleErrors.NotFound);
            }

            var (draft, refusal) = change(rule);
            if (refusal is not null)
            {
                return new RuleWrite(null, refusal.Error) { Fields = refusal.Fields };
            }

            var isActive = draft?.IsActive ?? !rule.IsActive;
            if (isActive && !rule.IsActive && await IsFullAsync(database, cancellationToken))
            {
                return new RuleWrite(null, RuleErrors.TooManyActive);
            }

            var next = rule.Next(clock.GetUtcNow()) with { IsActive = isActive };
            if (draft is not null)
            {
                next = next with { Content = draft.Content, Revision = await KeepVersionAsync(database, ruleId, rule.Revision, draft, cancellationToken) };
            }

            if (await rules.TryReplaceAsync(next, cancellationToken))
            {
                await TellAsync(database, cancellationToken);
                return new RuleWrite(next, null);
            }
        }
    }

    /// <summary>Deletes those that exist. Their versions stay, for the runs that pinned them.</summary>
    /// <returns>How many were there.</returns>
    public async Task<int> DeleteAsync(ITenantDatabase database, IEnumerable<string> ruleIds, CancellationToken cancellationToken)
    {
        var rules = database.Documents<Rule>();
        var deleted = 0;
        foreach (var id in ruleIds)
        {
            deleted += await rules.DeleteAsync(id, cancellationToken) ? 1 : 0;
        }

        if (deleted > 0)
        {
            await TellAsync(database, cancellationToken);
        }

        return deleted;
    }

    private async Task<long> KeepVersionAsync(ITenantDatabase database, string ruleId, long after, RuleDraft draft, CancellationToken cancellationToken)
    {
        if (draft.Awaited.Count > 0)
        {
            await RuleStamps.AdvanceAsync(database, draft.Awaited, cancellationToken);
        }

        var versions = database.Documents<RuleVersion>();
        for (var revision = after + 1; ; revision++)
        {
            var version = new RuleVersion { Id = RuleVersion.IdOf(ruleId, revision), Content = draft.Content, CreatedAt = clock.GetUtcNow() };
            if (await versions.TryAddAsync(version, cancellationToken))
            {
                return revision;
            }
        }
    }

    private async Task TellAsync(ITenantDatabase database, CancellationToken cancellationToken)
    {
        await RuleStamps.AdvanceAsync(database, [], cancellationToken);
        book.Forget(database.Tenant);
    }

    private static async Task<bool> IsFullAsync(ITenantDatabase database, CancellationToken cancellationToken) =>
        await database.Documents<Rule>().CountAsync(Condition.Eq("isActive", true), Rule.MostActive, cancellationToken) >= Rule.MostActive;
}

/// <summary>What became of a change.</summary>
/// <param name="Rule">As it stands now; null when it was refused.</param>
internal sealed record RuleWrite(Rule? Rule, Error? Error)
{
    public ValidationErrors? Fields { get; init; }

    public Failure ToFailure() => new(Error!, Fields);
}
