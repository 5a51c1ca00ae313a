using System.Text.Json;
using Ecodrix.Channels;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Templates;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>What a queued message needs in order to be sent.</summary>
/// <param name="Started">It was handed to the provider, and nobody has written down what became of it.</param>
internal sealed record MessageJobState(Message Message, string Actor, bool Started)
{
    /// <summary>When it was handed over last.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <summary>Sends one message that the API queued.</summary>
/// <remarks>A crash between the provider's answer and the settle leaves <c>Started</c> behind: the message is then unknown, and never sent again by itself.</remarks>
internal sealed class MessageJob(WhatsAppChannel channel, MessageBook book, TemplateDoor templates, ITenantClock clocks) : IWorkHandler
{
    public const string JobType = "message";

    public string Type => JobType;

    public static JsonElement Write(MessageJobState state) => JsonSerializer.SerializeToElement(state, InboxJson.Default.MessageJobState);

    public async Task<WorkOutcome> AdvanceAsync(
        ITenantDatabase database, WorkItem work, Func<JsonElement, Task<bool>> recordEffectAsync, CancellationToken cancellationToken)
    {
        var state = work.State!.Value.Deserialize(InboxJson.Default.MessageJobState)!;
        var choice = await channel.ChooseAsync(database.Tenant, cancellationToken);
        if (!choice.IsConfigured)
        {
            return await EndAsync(database, work, state, new DeliveryResult.Refused("NOT_CONFIGURED", InboxErrors.NotConfigured.Message), cancellationToken);
        }

        if (state.Started && !choice.IsSandbox)
        {
            return await EndAsync(database, work, state, new DeliveryResult.Unknown("The process that sent it died before it could write down the answer."), cancellationToken);
        }

        state = state with { Since = clocks.Now(work.Tenant) };
        var definition = state.Message.Template is { } use
            ? (await templates.FindAsync(database, use.Name, use.Language, cancellationToken))?.Definition
            : null;
        var result = await channel.SendAsync(choice, state.Message, definition, () => recordEffectAsync(Write(state with { Started = true })), cancellationToken);
        return await EndAsync(database, work, state, result, cancellationToken);
    }

    /// <summary>Nothing is told of it: the message is not new, it had left before a restore.</summary>
    public async Task SkipAsync(ITenantDatabase database, WorkItem work, string why, CancellationToken cancellationToken)
    {
        var state = work.State!.Value.Deserialize(InboxJson.Default.MessageJobState)!;
        var now = clocks.Now(work.Tenant);
        var message = await MessageBook.PutAsync(database, state.Message.FailedAt(now, "SKIPPED", why), now, cancellationToken);
        await ConversationBook.ShowAsync(database, message, cancellationToken);
    }

    private async Task<WorkOutcome> EndAsync(ITenantDatabase database, WorkItem work, MessageJobState state, DeliveryResult result, CancellationToken cancellationToken)
    {
        var attempts = work.Attempts + 1;
        if (MessageFate.Of(state.Message, result, attempts, clocks.Now(work.Tenant)) is { } message)
        {
            var stored = await book.RecordAsync(database, message with { Lineage = Lineage.None }, state.Since ?? work.RunAt, state.Actor, cancellationToken);
            result = result is DeliveryResult.Unknown ? MessageProgress.FateOf(stored) ?? result : result;
        }

        var outcome = result.ToJob(attempts);
        return outcome is WorkOutcome.Unknown ? outcome : outcome with { State = Write(state with { Started = false }) };
    }
}

/// <summary>What a channel's answer makes of a message. Pure.</summary>
internal static class MessageFate
{
    /// <returns>Null while it will be tried again.</returns>
    public static Message? Of(Message message, DeliveryResult result, int attempts, DateTimeOffset now) => result switch
    {
        DeliveryResult.Sent sent => message.SentAt(now, sent.ProviderId),
        DeliveryResult.Refused refused => message.FailedAt(now, refused.Code, DeliveryOutcomes.Words(refused)),
        DeliveryResult.TryLater later when DeliveryOutcomes.IsLast(later, attempts) => message.FailedAt(now, later.Code ?? "UPSTREAM_FAILED", later.Why),
        DeliveryResult.Unknown unknown => message.Doubtful(unknown.Why),
        _ => null,
    };
}
