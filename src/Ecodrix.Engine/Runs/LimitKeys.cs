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
    private const int LongestShown = 100;

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
