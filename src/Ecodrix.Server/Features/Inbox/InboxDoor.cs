using System.Text.Json;
using Ecodrix.Server.Delivery;
using Ecodrix.Storage;
using Ecodrix.Storage.Conditions;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>What other features may ask of the inbox.</summary>
internal static class InboxDoor
{
    private static readonly Condition Sandboxed = Condition.Eq("sandboxed", true);

    /// <summary>The newest messages that the sandbox took.</summary>
    public static async Task<IReadOnlyList<OutboxItem>> ReadOutboxAsync(ITenantDatabase database, int atMost, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var query = new DocumentQuery(Sandboxed, atMost) { Sort = [new Sort("_id", Descending: true)] };
        var messages = await database.Documents<Message>().QueryAsync(query, cancellationToken);
        return [.. messages.Select(message => ItemOf(message, now))];
    }

    public static Task<int> CountOutboxAsync(ITenantDatabase database, int atMost, CancellationToken cancellationToken) =>
        database.Documents<Message>().CountAsync(Sandboxed, atMost, cancellationToken);

    /// <summary>What is kept of the messages with these ids; of those that there are.</summary>
    public static async Task<IReadOnlyList<EffectRecord>> FindEffectsAsync(
        ITenantDatabase database, IReadOnlyCollection<string> ids, DateTimeOffset now, CancellationToken cancellationToken) =>
        ids.Count == 0 ? [] : [.. (await database.Documents<Message>().FindManyAsync(ids, cancellationToken)).Select(message => MessageRecord.Of(message, now))];

    private static OutboxItem ItemOf(Message message, DateTimeOffset now) => new()
    {
        Id = message.Id,
        Channel = "whatsapp",
        To = message.Phone,
        LeadId = message.LeadId,
        Type = message.Type,
        Text = message.Text,
        Template = message.Template is null ? null : JsonSerializer.SerializeToElement(message.Template, InboxJson.Default.TemplateUse),
        Status = JsonNamingPolicy.CamelCase.ConvertName(message.StatusAt(now).ToString()),
        Error = message.Error is null ? null : new OutboxError(message.Error.Code, message.Error.Message),
        CreatedAt = message.CreatedAt,
    };
}
