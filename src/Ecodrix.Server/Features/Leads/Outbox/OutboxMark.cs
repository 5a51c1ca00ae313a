using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Leads;

/// <summary>In the services database: a process is changing leads of a tenant, so there may be something in their outboxes.</summary>
internal sealed record OutboxMark : IDocument<OutboxMark>
{
    public static Collection<OutboxMark> Collection { get; } = new("outboxMarks", LeadsJson.Default.OutboxMark);

    /// <summary>Tenant and process.</summary>
    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    public required string Tenant { get; init; }

    /// <summary>The process that wrote it; only it takes the mark away while it lives.</summary>
    public required string Process { get; init; }

    /// <summary>Renewed while the process lives.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    public static string IdOf(TenantId tenant, string process) => $"{tenant}:{process}";
}
