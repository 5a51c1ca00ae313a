using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Tenants.Audit;

/// <summary>Remembers changes. An entry is written after its change, before the change is answered.</summary>
internal sealed class AuditLog(IServicesDatabase services, TimeProvider clock)
{
    private readonly IDocuments<AuditEntry> entries = services.Documents<AuditEntry>();

    /// <param name="details">Names and plain facts. Never a secret, a key, an address or a person's name.</param>
    public Task WriteAsync(Actor actor, string action, string? client, IReadOnlyDictionary<string, string?> details, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return entries.TryAddAsync(
            new AuditEntry
            {
                Id = DocumentId.New(now),
                At = now,
                Actor = actor.Name,
                From = actor.From,
                Action = action,
                Client = client,
                Details = details,
            },
            cancellationToken);
    }

    public Task WriteAsync(Actor actor, string action, string? client, CancellationToken cancellationToken) =>
        WriteAsync(actor, action, client, new Dictionary<string, string?>(StringComparer.Ordinal), cancellationToken);

    /// <returns>Newest first.</returns>
    public Task<IReadOnlyList<AuditEntry>> ListAsync(string? client, int skip, int limit, CancellationToken cancellationToken) =>
        entries.QueryAsync(new DocumentQuery(Where(client), limit) { Skip = skip, Sort = [new Sort("_id", Descending: true)] }, cancellationToken);

    public Task<int> CountAsync(string? client, int atMost, CancellationToken cancellationToken) =>
        entries.CountAsync(Where(client), atMost, cancellationToken);

    private static Condition? Where(string? client) => client is null ? null : Condition.Eq("client", client);
}
