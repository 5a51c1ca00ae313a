using System.Security.Cryptography;
using System.Text;
using Ecodrix.Engine.Definitions;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Steps;
using Ecodrix.Engine.Templates;

namespace Ecodrix.Engine.Runs;

/// <summary>What an event is counted under by a rule's limits. Pure.</summary>
internal static class LimitKeys
{
    /// <summary>What the ids of all claims begin with, one kind after the other.</summary>
    public static readonly IReadOnlyList<string> Kinds = ["once|", "debounce|once|", "debounce|"];

    private const int LongestShown = 100;

    /// <summary>The least id that does not begin so, where the prefix ends with a bar.</summary>
    public static string EndOf(string prefix) => prefix[..^1] + '}';

    /// <summary>What a tenant's claims of a kind begin with.</summary>
    public static string PrefixOf(string kind, string tenant) => $"{kind}{tenant}|";

    /// <summary>Whose claim it is, told from its id.</summary>
    public static LimitedRule RuleOf(string claim)
    {
        var kind = Kinds.First(one => claim.StartsWith(one, StringComparison.Ordinal));
        var parts = claim[kind.Length..].Split('|');
        return new LimitedRule(parts[0], parts[1], $"{kind}{parts[0]}|{parts[1]}|");
    }

    /// <returns>Neither when there is no such limit or the key is empty; a problem when the template cannot be rendered.</returns>
    public static (OnceKey? Key, string? Problem) Once(RuleDefinition rule, string tenant, EventState state, Subject subject, DateTimeOffset now)
    {
        if (rule.Limits?.OncePer is not { } text)
        {
            return (null, null);
        }

        if (!LiquidTemplate.TryParse(text, out var template, out var problem))
        {
            return (null, $"limits.oncePer: {problem}");
        }

        var rendering = template.Render(Scopes.Of(state, null, subject), TextForm.Plain, subject.Zone, now);
        if (rendering.Problem is { } broken)
        {
            return (null, $"limits.oncePer: {broken}");
        }

        var key = rendering.Text.Trim();
        return key.Length == 0
            ? (null, null)
            : (new OnceKey(ClaimOf("once", tenant, rule.Id, key), key.Length <= LongestShown ? key : key[..LongestShown] + "…"), null);
    }

    /// <summary>The claim that says which of the runs that wait for quiet is the last: of the same key, else of the same lead.</summary>
    /// <returns>Null when there is neither, so that nothing can be told apart.</returns>
    public static string? Debounce(RuleDefinition rule, WorkItem work, OnceKey? once) =>
        once is not null ? "debounce|" + once.Claim
        : work.LeadId is { } lead ? ClaimOf("debounce", work.Tenant, rule.Id, lead)
        : null;

    private static string ClaimOf(string kind, string tenant, string ruleId, string key) =>
        $"{kind}|{tenant}|{ruleId}|{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";
}

/// <summary>A rule that has claims.</summary>
/// <param name="Prefix">What they begin with.</param>
internal sealed record LimitedRule(string Tenant, string RuleId, string Prefix);
