using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Inbox.Live;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>Finds conversations by phone, and makes each once.</summary>
internal sealed class ConversationBook(TimeProvider clock, ITenantClock clocks)
{
    private const int MostTries = 20;

    /// <returns>Null when nobody has written to that phone yet.</returns>
    public async Task<Conversation?> FindAsync(ITenantDatabase database, string phone, CancellationToken cancellationToken) =>
        await new Claims(database, clock).HolderAsync(KeyOf(phone), cancellationToken) is { } id
            ? await database.Documents<Conversation>().FindAsync(id, cancellationToken)
            : null;

    public async Task<Conversation> FindOrMakeAsync(ITenantDatabase database, string phone, string? name, string? leadId, CancellationToken cancellationToken)
    {
        if (await FindAsync(database, phone, cancellationToken) is { } found)
        {
            return found;
        }

        var now = clocks.Now(database.Tenant);
        var conversations = database.Documents<Conversation>();
        var id = await new Claims(database, clock).TakeAsync(
            KeyOf(phone),
            DocumentId.New(now),
            async owner => await conversations.FindAsync(owner, cancellationToken) is not null,
            cancellationToken);

        // Whoever holds the name may not have made it yet: both then make the same one, and one of them has made it.
        var made = new Conversation { Id = id, Phone = phone, Name = name, LeadId = leadId, CreatedAt = now, UpdatedAt = now };
        return await conversations.TryAddAsync(made, cancellationToken)
            ? made
            : await conversations.FindAsync(id, cancellationToken) ?? made;
    }

    /// <summary>Shows a message as the conversation's last, unless a later one came.</summary>
    public static async Task<ShownIn> ShowAsync(ITenantDatabase database, Message message, CancellationToken cancellationToken)
    {
        var conversations = database.Documents<Conversation>();
        Conversation? conversation = null;
        for (var tries = 0; tries < MostTries; tries++)
        {
            conversation = await conversations.FindAsync(message.ConversationId, cancellationToken);
            if (conversation is null)
            {
                break;
            }

            var next = conversation.With(message);
            if (ReferenceEquals(next, conversation) || await conversations.TryReplaceAsync(next, cancellationToken))
            {
                return new ShownIn(next, !ReferenceEquals(next, conversation));
            }
        }

        return new ShownIn(conversation, HasChanged: false);
    }

    private static string KeyOf(string phone) => $"conversation:{phone}";
}
