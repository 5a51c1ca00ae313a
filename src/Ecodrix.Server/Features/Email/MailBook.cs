using System.Text.Json.Nodes;
using Ecodrix.Channels;
using Ecodrix.Engine.Runs;
using Ecodrix.Server.Delivery;
using Ecodrix.Server.Features.Timeline;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Email;

/// <summary>Keeps mails, and tells of them: to the timeline and the rules that listen.</summary>
internal sealed class MailBook(CausedEvents events, Ledger ledger)
{
    /// <summary>What a mail server's answer makes of a mail. Pure.</summary>
    /// <returns>Null while it will be tried again.</returns>
    public static Mail? FateOf(Mail mail, DeliveryResult result, int attempts, DateTimeOffset now) => result switch
    {
        DeliveryResult.Sent sent => mail with { Status = MailStatus.Sent, MessageId = sent.ProviderId, SentAt = now },
        DeliveryResult.Refused refused => mail with { Status = MailStatus.Failed, Error = new MailError(refused.Code, DeliveryOutcomes.Words(refused)) },
        DeliveryResult.TryLater later when DeliveryOutcomes.IsLast(later, attempts) => mail with { Status = MailStatus.Failed, Error = new MailError(later.Code ?? "UPSTREAM_FAILED", later.Why) },
        DeliveryResult.Unknown unknown => mail with { Status = MailStatus.Unknown, Error = new MailError("UNKNOWN", unknown.Why) },
        _ => null,
    };

    /// <summary>Stores a mail whose fate is known. Storing it twice is storing it once; a repeat's fate replaces the one before.</summary>
    /// <param name="giveUp">Ends the waiting for a database that is away, and nothing else.</param>
    public Task RecordAsync(ITenantDatabase database, Mail mail, string actor, Lineage lineage, CancellationToken giveUp) =>
        ledger.WriteAsync(() => StoreAsync(database, mail, actor, lineage, CancellationToken.None), giveUp);

    private async Task<Mail> StoreAsync(ITenantDatabase database, Mail mail, string actor, Lineage lineage, CancellationToken cancellationToken)
    {
        var mails = database.Documents<Mail>();
        if (!await mails.TryAddAsync(mail, cancellationToken) && await mails.FindAsync(mail.Id, cancellationToken) is { Status: not MailStatus.Sent } held)
        {
            await mails.TryReplaceAsync(mail with { Version = held.Version + 1 }, cancellationToken);
        }

        if (mail.LeadId is { } leadId)
        {
            await TimelineDoor.AddAsync(database, [EntryOf(mail, leadId, actor)], cancellationToken);
        }

        if (mail.Status is MailStatus.Failed)
        {
            await events.TellAsync(database, "email_failed", mail.Id, mail.LeadId, () => ContentOf(mail), lineage, cancellationToken);
        }

        return mail;
    }

    private static TimelineEntry EntryOf(Mail mail, string leadId, string actor) => new()
    {
        Id = mail.Id,
        LeadId = leadId,
        Kind = TimelineKind.Email,
        Type = mail.Status is MailStatus.Failed ? "email_failed" : "email_sent",
        Title = mail.Subject,
        Actor = actor,
        At = mail.CreatedAt,
        Data = new JsonObject { ["emailMessageId"] = mail.Id, ["errorCode"] = mail.Error?.Code },
    };

    private static JsonObject ContentOf(Mail mail) => new()
    {
        ["emailMessageId"] = mail.Id,
        ["subject"] = mail.Subject,
        ["errorCode"] = mail.Error?.Code,
        ["errorMessage"] = mail.Error?.Message,
    };
}
