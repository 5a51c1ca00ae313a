using System.Text.Json.Serialization;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Pipelines;

/// <summary>Stands beside a tenant's pipelines and is marked anew after each change of them: who holds them in memory compares it.</summary>
/// <remarks>A mark and not a number, because a tenant's database may be erased and begun again.</remarks>
internal sealed record PipelineStamp : IDocument<PipelineStamp>
{
    public static Collection<PipelineStamp> Collection { get; } = new("pipelineStamps", PipelinesJson.Default.PipelineStamp) { IsFoundOften = true };

    private const string TheOne = "pipelines";

    [JsonPropertyName("_id")]
    public string Id { get; init; } = TheOne;

    public long Version { get; init; } = 1;

    public required string Mark { get; init; }

    /// <returns>Null while the tenant never had a pipeline.</returns>
    public static async Task<string?> ReadAsync(ITenantDatabase database, CancellationToken cancellationToken) =>
        (await database.Documents<PipelineStamp>().FindAsync(TheOne, cancellationToken))?.Mark;

    /// <summary>To be called after a change of the tenant's pipelines.</summary>
    public static async Task RenewAsync(ITenantDatabase database, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var stamps = database.Documents<PipelineStamp>();
        var mark = DocumentId.New(now);
        while (true)
        {
            var stamp = await stamps.FindAsync(TheOne, cancellationToken);
            if (stamp is null
                ? await stamps.TryAddAsync(new PipelineStamp { Mark = mark }, cancellationToken)
                : await stamps.TryReplaceAsync(stamp with { Version = stamp.Version + 1, Mark = mark }, cancellationToken))
            {
                return;
            }
        }
    }
}
