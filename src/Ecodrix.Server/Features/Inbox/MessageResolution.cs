using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Inbox.Live;
using Ecodrix.Server.Features.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Inbox;

/// <summary>Lets a message show what a person found out about the step that may have sent it.</summary>
internal sealed class MessageResolution(MessageNews news, TimeProvider clock) : IEffectRecord
{
    private const int MostTries = 20;

    public string StepType => "send_whatsapp";

    public async Task ResolveAsync(ITenantDatabase database, string effectId, Verdict verdict, CancellationToken cancellationToken)
    {
        var messages = database.Documents<Message>();
        for (var tries = 0; tries < MostTries; tries++)
        {
            // One whose fate is known meanwhile shows that.
            if (await messages.FindAsync(effectId, cancellationToken) is not { Status: MessageStatus.Queued } message)
            {
                return;
            }

            var resolved = Resolved(message, verdict);
            if (await messages.TryReplaceAsync(resolved, cancellationToken))
            {
                news.Moved(database.Tenant, resolved, resolved.Status);
                return;
            }
        }
    }

    private Message Resolved(Message message, Verdict verdict)
    {
        var now = clock.GetUtcNow();
        var next = message with { Version = message.Version + 1, Error = null };
        return verdict.Kind switch
        {
            VerdictKind.Sent => next with { Status = MessageStatus.Sent, StatusTimes = next.StatusTimes with { Sent = now } },
            VerdictKind.Failed => next.FailedAt(now, verdict.Code!, verdict.Why!),
            _ => next,
        };
    }
}
