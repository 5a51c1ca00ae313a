using System.Text.Json;
using Ecodrix.Engine.Jobs;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Leads;
using Ecodrix.Server.Http;
using Ecodrix.Server.Http.Idempotency;
using Ecodrix.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>Queues a WhatsApp message.</summary>
internal static class SendMessage
{
    /// <param name="Status">Always <c>queued</c>; the message's own status tells what becomes of it.</param>
    public sealed record Answer(string MessageId, string JobId, string ConversationId, string Status);

    public static async Task<Results<Accepted<Answer>, Failure>> HandleAsync(
        JsonElement body, IdempotentId id, Caller caller, MessageDrafting drafting, IWorkControl control, ITenantClock clocks, CancellationToken cancellationToken)
    {
        var (request, refusal) = SendRequest.Read(body);
        if (refusal is not null)
        {
            return refusal;
        }

        var (draft, refused) = await drafting.DraftAsync(caller, request!, cancellationToken);
        if (draft is null)
        {
            return new Failure(refused!);
        }

        var message = draft with { Id = DocumentId.Child(id, 1) };
        await control.AddJobAsync(JobFor(id, caller, message, clocks.Now(caller.Tenant)), cancellationToken);
        await MessageBook.PutAsync(caller.Database, message, message.CreatedAt, cancellationToken);
        return TypedResults.Accepted((string?)null, new Answer(message.Id, id, message.ConversationId, "queued"));
    }

    private static WorkItem JobFor(string id, Caller caller, Message message, DateTimeOffset now) => new()
    {
        Id = id,
        Tenant = caller.Tenant.Value,
        Type = MessageJob.JobType,
        LeadId = message.LeadId,
        DueAt = now,
        MaxAttempts = DeliveryOutcomes.MostAttempts,
        CreatedAt = now,
        RunAt = now,
        State = MessageJob.Write(new MessageJobState(message, Cause.Of(caller).Actor, Started: false)),
    };
}
