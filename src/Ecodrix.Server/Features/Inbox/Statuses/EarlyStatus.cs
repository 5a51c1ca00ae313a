using System.Text.Json.Serialization;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>What the provider told of a message that is not stored here: it was faster than whoever sent it, or that process died first.</summary>
/// <remarks>Its id is the message's own key, else the wamid; whoever stores the message looks here and takes it in.</remarks>
internal sealed record EarlyStatus : IDocument<EarlyStatus>
{
    public static Collection<EarlyStatus> Collection { get; } = new("earlyStatuses", InboxJson.Default.EarlyStatus, new DocumentIndex("at"));

    /// <summary>The provider gives up on a message after 30 days.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private const int SweptAtOnce = 50;

    private const int MostTries = 20;

    [JsonPropertyName("_id")]
    public required string Id { get; init; }

    public long Version { get; init; } = 1;

    /// <summary>When the first of them came.</summary>
    public required DateTimeOffset At { get; init; }

    public IReadOnlyList<StatusUpdate> Updates { get; init; } = [];

    /// <summary>Keeps an update until its message is stored. Keeping it twice is keeping it once.</summary>
    public static async Task KeepAsync(ITenantDatabase database, StatusUpdate update, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var early = database.Documents<EarlyStatus>();
        var id = update.EffectKey is { } key && DocumentId.IsValid(key) ? key : update.Wamid;
        await early.DeleteManyAsync(Condition.Lt("at", Instants.Write(now - Kept)), SweptAtOnce, cancellationToken);
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (await early.TryAddAsync(new EarlyStatus { Id = id, At = now, Updates = [update] }, cancellationToken)
                || await early.FindAsync(id, cancellationToken) is not { } held
                || held.Updates.Contains(update)
                || await early.TryReplaceAsync(held with { Version = held.Version + 1, Updates = [.. held.Updates, update] }, cancellationToken))
            {
                return;
            }
        }

        throw new InvalidOperationException("A status that came early could not be kept: too many came at once.");
    }
}
