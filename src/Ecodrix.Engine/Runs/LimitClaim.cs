using Ecodrix.Storage;

namespace Ecodrix.Engine.Runs;

/// <summary>Which run holds what a rule's limits let only one have. The id is the name of that (<see cref="LimitKeys"/>).</summary>
internal sealed record LimitClaim(string Id, long Version, string Owner, DateTimeOffset TakenAt) : IDocument<LimitClaim>
{
    public static Collection<LimitClaim> Collection { get; } =
        new("limitClaims", EngineJson.Default.LimitClaim, new DocumentIndex("expiresAt") { OnlyWhenSet = "expiresAt" }) { IsFoundOften = true };

    /// <summary>When it is of no use any more, whoever holds it; null for as long as the rule lives.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
