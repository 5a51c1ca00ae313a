using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Runs;
using Ecodrix.Engine.Steps;
using Ecodrix.Server.Features.Automations.Rules;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Automations;

/// <summary>What other features may ask of rules.</summary>
internal sealed class RuleDoor(RuleBook book, Rehearsal rehearsal)
{
    /// <summary>Whether an event with this trigger could do anything: start a rule, or end a wait.</summary>
    public ValueTask<bool> IsHeardAsync(ITenantDatabase database, string trigger, CancellationToken cancellationToken) =>
        book.IsHeardAsync(database, trigger, cancellationToken);

    /// <summary>Says what each step of a rule would do, by the very code that does it.</summary>
    public Task<IReadOnlyList<RehearsedStep>> RehearseAsync(
        RuleDefinition rule, NewEvent played, Subject subject, DateTimeOffset now, CancellationToken cancellationToken) =>
        rehearsal.PlayAsync(rule, played, subject, now, cancellationToken);

    /// <summary>How many rules of the tenant are active.</summary>
    public static Task<int> CountActiveAsync(ITenantDatabase database, CancellationToken cancellationToken) =>
        database.Documents<Rule>().CountAsync(Condition.Eq("isActive", true), Rule.MostActive, cancellationToken);

    /// <summary>The rules of a trigger as they are at this moment, active or not, in the order in which they were made.</summary>
    public static async Task<IReadOnlyList<KnownRule>> OfTriggerAsync(ITenantDatabase database, string trigger, int atMost, CancellationToken cancellationToken) =>
        [.. (await database.Documents<Rule>().QueryAsync(new DocumentQuery(Condition.Eq("content.trigger", trigger), atMost), cancellationToken))
            .Select(rule => new KnownRule(rule.Id, rule.Content.Name, rule.IsActive, rule.CreatedAt, rule.UpdatedAt))];

    /// <summary>Copies the rules that the other tenant does not have yet, with the same ids.</summary>
    public async Task CopyAsync(ITenantDatabase from, ITenantDatabase to, CancellationToken cancellationToken)
    {
        await RuleTwin.CopyAsync(from, to, cancellationToken);
        book.Forget(to.Tenant);
    }
}

/// <summary>A rule in short.</summary>
internal sealed record KnownRule(string Id, string Name, bool IsActive, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
