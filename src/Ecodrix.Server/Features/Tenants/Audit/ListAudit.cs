using Ecodrix.Server.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Tenants.Audit;

/// <summary>Who changed what, newest first.</summary>
internal static class ListAudit
{
    public sealed record Entry(
        string Id, DateTimeOffset At, string Actor, string Action, string? ClientCode, string? From, IReadOnlyDictionary<string, string?> Details);

    public static async Task<Ok<Page<Entry>>> HandleAsync(string? client, PageRequest page, AuditLog audit, CancellationToken cancellationToken)
    {
        var code = string.IsNullOrEmpty(client) ? null : client.ToUpperInvariant();
        var entries = await audit.ListAsync(code, page.Skip, page.Limit, cancellationToken);
        var counted = await audit.CountAsync(code, Page<Entry>.CountedAtMost + 1, cancellationToken);

        return TypedResults.Ok(new Page<Entry>([.. entries.Select(ViewOf)], page).Of(counted));
    }

    private static Entry ViewOf(AuditEntry entry) =>
        new(entry.Id, entry.At, entry.Actor, entry.Action, entry.Client, entry.From, entry.Details);
}
