using System.Text.Json.Serialization;
using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Inbound.Quarantine;

/// <summary>What waits for a client to claim its number, the newest first; never what stands in it.</summary>
internal static class ListQuarantine
{
    /// <param name="PhoneNumberId">Null where it is of a business as a whole.</param>
    /// <param name="Fields">Meta's names of the subjects in it.</param>
    /// <param name="Changes">How many.</param>
    public sealed record Entry(
        [property: JsonPropertyName("_id")] string Id, string? PhoneNumberId, string? BusinessId, IReadOnlyList<string> Fields, int Changes, DateTimeOffset ReceivedAt, DateTimeOffset ExpiresAt);

    public static async Task<Ok<Page<Entry>>> HandleAsync(PageRequest page, QuarantineStore quarantine, CancellationToken cancellationToken)
    {
        var bodies = await quarantine.ListAsync(page.Skip, page.Limit, cancellationToken);
        var counted = await quarantine.CountAsync(Page<Entry>.CountedAtMost + 1, cancellationToken);
        return TypedResults.Ok(new Page<Entry>([.. bodies.Select(EntryOf)], page).Of(counted));
    }

    private static Entry EntryOf(QuarantinedBody body) => new(
        body.Id,
        body.Changes[0].PhoneNumberId,
        body.Changes[0].BusinessId,
        [.. body.Changes.Select(change => change.Field).Distinct(StringComparer.Ordinal)],
        body.Changes.Count,
        body.ReceivedAt,
        body.ExpiresAt);
}
