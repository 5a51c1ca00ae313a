using Ecodrix.Engine.Jobs;
using Ecodrix.Server.Features.Runs;
using Ecodrix.Storage;

namespace Ecodrix.Server.Features.Email;

/// <summary>Lets a mail show what a person found out about the step that may have sent it.</summary>
internal sealed class MailResolution(TimeProvider clock) : IEffectRecord
{
    private const int MostTries = 20;

    public string StepType => "send_email";

    public async Task ResolveAsync(ITenantDatabase database, string effectId, Verdict verdict, CancellationToken cancellationToken)
    {
        var mails = database.Documents<Mail>();
        for (var tries = 0; verdict.Kind is not VerdictKind.Resend && tries < MostTries; tries++)
        {
            if (await mails.FindAsync(effectId, cancellationToken) is not { Status: MailStatus.Unknown } mail
                || await mails.TryReplaceAsync(Resolved(mail, verdict), cancellationToken))
            {
                return;
            }
        }
    }

    private Mail Resolved(Mail mail, Verdict verdict) => verdict.Kind is VerdictKind.Sent
        ? mail with { Version = mail.Version + 1, Status = MailStatus.Sent, Error = null, SentAt = clock.GetUtcNow() }
        : mail with { Version = mail.Version + 1, Status = MailStatus.Failed, Error = new MailError(verdict.Code!, verdict.Why!) };
}
